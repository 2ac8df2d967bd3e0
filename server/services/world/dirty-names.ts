/** What has to be read again. A read takes the marks with it and makes those anew that it could not do. */
export class DirtyNames {
  #all = false;
  #names = new Set<string>();

  mark(name: string): void {
    this.#names.add(name);
  }

  markAll(): void {
    this.#all = true;
  }

  /** The marks up to now, as a question by name; marks made from here on are the next read's. */
  take(): { has(name: string): boolean } {
    const all = this.#all;
    const names = this.#names;
    this.#all = false;
    this.#names = new Set();
    return { has: (name) => all || names.has(name) };
  }
}
