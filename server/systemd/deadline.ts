import { AppError } from "@/lib/errors";

export interface Limits {
  /** 0 waits for ever. */
  timeoutMs: number;
  /** What else ends the wait; the reason of the first to abort is the error where it is an AppError. */
  signals: readonly (AbortSignal | undefined)[];
}

/**
 * Waits for a task no longer than allowed, and lets it know by its signal when nobody waits any more.
 * Errors: the task's, TIMEOUT, and UNAVAILABLE where a signal aborted.
 */
export async function withinLimits<T>(
  what: string,
  limits: Limits,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Not AbortSignal.any: it keeps a link at each long-lived signal until it is collected, and these are made by the thousand.
  const controller = new AbortController();
  const signals = limits.signals.filter((signal) => signal !== undefined);
  let timer: NodeJS.Timeout | undefined;
  let onAbort: () => void = () => {};
  const cut = new Promise<never>((_resolve, reject) => {
    const end = (error: AppError) => {
      controller.abort(error);
      reject(error);
    };
    onAbort = () => end(cutOff(what, signals));
    if (limits.timeoutMs > 0) timer = setTimeout(() => end(timedOut(what)), limits.timeoutMs);
    for (const signal of signals) signal.addEventListener("abort", onAbort, { once: true });
    if (signals.some((signal) => signal.aborted)) onAbort();
  });
  try {
    return await Promise.race([controller.signal.aborted ? cut : task(controller.signal), cut]);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener("abort", onAbort);
  }
}

function timedOut(what: string): AppError {
  return new AppError("TIMEOUT", `${what} did not answer in time.`, { hint: "The host may be busy. Try again." });
}

function cutOff(what: string, signals: readonly AbortSignal[]): AppError {
  const reason: unknown = signals.find((signal) => signal.aborted)?.reason;
  return reason instanceof AppError ? reason : new AppError("UNAVAILABLE", `${what} was stopped.`, { cause: reason });
}
