/** The first rows have come by then. */
export const LATER_MS = 1500;

type Load = () => Promise<unknown>;

const asked = new Set<Load>();

/**
 * Loads code that a page needs only when somebody reaches for it: once the page has had the time to open, so that it is there by
 * then. `load` has to be the same function whenever it is given.
 */
export function loadLater(load: Load): void {
  if (asked.has(load)) return;
  asked.add(load);
  // Not requestIdleCallback: a page that waits for its first answers is idle too. What fails is tried again by who needs it.
  setTimeout(() => void load().catch(() => asked.delete(load)), LATER_MS);
}
