import type { Result } from "./results";
import type { Session } from "./session";

/** What a part of the bench is given. */
export interface Bench {
  session: Session;
  /** To be undone when the part ends, however it ends; the last first. */
  onEnd(undo: () => unknown): void;
}

export interface Part {
  title: string;
  measure(bench: Bench): Promise<Result[]>;
}
