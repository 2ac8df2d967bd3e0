import type { TerminalInfo } from "@/lib/terminal";
import type { Deps } from "../deps";

/** Changes within this time are told together. */
const GATHER_MS = 50;

/** The whole list (it is short), now and after every change; ends with `signal`. */
export async function* watchTerminals({ terminals }: Deps, signal: AbortSignal): AsyncGenerator<TerminalInfo[]> {
  let dirty = true;
  let wake: () => void = () => {};
  const unsubscribe = terminals.subscribe(() => {
    dirty = true;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      if (dirty) {
        dirty = false;
        yield terminals.list();
        await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      } else
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted || dirty) resolve();
        });
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", onAbort);
  }
}
