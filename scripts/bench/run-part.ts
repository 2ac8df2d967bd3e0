import type { Bench, Part } from "./bench";
import { failure, type Result } from "./results";
import type { Session } from "./session";

const UNDO_DEADLINE_MS = 20_000;

/** The figures of one part; where it fails, or takes too long, one that tells why. Cleans up either way. */
export async function runPart(part: Part, session: Session, deadlineMs: number): Promise<Result[]> {
  const undos: (() => unknown)[] = [];
  const bench: Bench = { session, onEnd: (undo) => void undos.push(undo) };
  try {
    return await within(deadlineMs, part.measure(bench));
  } catch (error) {
    console.error(error);
    return [failure(part.title, error)];
  } finally {
    for (const undo of undos.reverse())
      await within(UNDO_DEADLINE_MS, Promise.resolve().then(undo)).catch((error: unknown) => console.error(error));
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms / 1000} s`)), ms);
  });
  // What loses the race may still fail later: that is told already.
  work.catch(() => undefined);
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
