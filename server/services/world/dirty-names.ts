/** Marks up to one moment: everything, or these names. */
export class Marks {
  constructor(
    readonly all: boolean,
    readonly names: ReadonlySet<string>,
  ) {}

  has(name: string): boolean {
    return this.all || this.names.has(name);
  }
}

/** What has to be read again. A read takes the marks with it, and gives back those it could not do. */
export class DirtyNames {
  #all = false;
  #names = new Set<string>();

  mark(name: string): void {
    this.#names.add(name);
  }

  markAll(): void {
    this.#all = true;
  }

  /** The marks up to now; those made from here on are the next read's. */
  take(): Marks {
    const marks = new Marks(this.#all, this.#names);
    this.#all = false;
    this.#names = new Set();
    return marks;
  }

  give(marks: Marks): void {
    this.#all ||= marks.all;
    for (const name of marks.names) this.#names.add(name);
  }
}
