/** Changes within this time are told together. */
const GATHER_MS = 50;

/** A short list, whole, now and after every change; ends with `signal`. */
export async function* watchList<Row>(
  source: { subscribe(listener: () => void): () => void; list(): Row[] | Promise<Row[]> },
  signal: AbortSignal,
): AsyncGenerator<Row[]> {
  let dirty = true;
  let wake: () => void = () => {};
  const unsubscribe = source.subscribe(() => {
    dirty = true;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      if (dirty) {
        dirty = false;
        yield await source.list();
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
