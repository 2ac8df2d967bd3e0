import type { TerminalPerson } from "@/lib/terminal";

/** A team member. */
export interface Person {
  id: string;
  name: string;
}

interface Present extends Person {
  windows: number;
  asks: boolean;
}

/**
 * Who looks at a session, and who of them may type: whoever opened it, and those let by somebody who may. Others only watch, so that
 * two people do not type into one shell by mistake; it is courtesy, not protection, since every operator may open a shell of their own.
 * A console has no input at all.
 */
export class SessionPeople {
  readonly #present = new Map<string, Present>();
  readonly #mayType = new Set<string>();
  readonly #owner: string | null;

  /** `owner`: the id of whoever opened the session, null where nobody may type. */
  constructor(owner: string | null) {
    this.#owner = owner;
    if (owner !== null) this.#mayType.add(owner);
  }

  enter({ id, name }: Person): void {
    const known = this.#present.get(id);
    this.#present.set(id, { id, name, windows: (known?.windows ?? 0) + 1, asks: known?.asks ?? false });
  }

  leave(id: string): void {
    const known = this.#present.get(id);
    if (!known) return;
    if (known.windows > 1) this.#present.set(id, { ...known, windows: known.windows - 1 });
    else this.#present.delete(id);
  }

  mayType(id: string): boolean {
    return this.#mayType.has(id);
  }

  /** True where that changed something. */
  ask(id: string): boolean {
    const known = this.#present.get(id);
    if (!known || known.asks || this.mayType(id) || this.#owner === null) return false;
    this.#present.set(id, { ...known, asks: true });
    return true;
  }

  /** Leave to type, given or taken by `by`. False where `by` may not decide that, or nothing changes. */
  setTyping(by: string, person: string, allow: boolean): boolean {
    if (this.#owner === null || !this.#mayDecide(by, person, allow)) return false;
    const known = this.#present.get(person);
    const asked = known?.asks ?? false;
    if (known && asked) this.#present.set(person, { ...known, asks: false });
    if (this.#mayType.has(person) === allow) return asked;
    if (allow) this.#mayType.add(person);
    else this.#mayType.delete(person);
    return true;
  }

  list(): TerminalPerson[] {
    return [...this.#present.values()].map((person) => ({ ...person, mayType: this.mayType(person.id) }));
  }

  #mayDecide(by: string, person: string, allow: boolean): boolean {
    if (!this.#present.has(person) || (person === this.#owner && by !== person)) return false;
    if (this.mayType(by)) return true;
    const somebodyMay = [...this.#present.keys()].some((id) => this.mayType(id));
    return by === person && (!allow || !somebodyMay);
  }
}
