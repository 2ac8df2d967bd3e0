import type { AuditLog } from "./audit-log";

/** Tells the newest entry's id whenever the audit has grown; what comes while nobody reads is told as one. Ends with `signal`. */
export async function* watchAudit(audit: AuditLog, signal: AbortSignal): AsyncGenerator<{ id: number }> {
  let newest: number | null = null;
  let wake: () => void = () => {};
  const unsubscribe = audit.onRecorded((id) => {
    newest = id;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      if (newest !== null) {
        const id = newest;
        newest = null;
        yield { id };
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted || newest !== null) resolve();
        });
      }
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", onAbort);
  }
}
