"use client";

import { useSyncExternalStore } from "react";

const neverChanges = () => () => undefined;

/**
 * False on the server and while the browser takes over what it made; then true. React may take over a part of the page late,
 * when more is known in the browser already (a query's answer, the theme): that part must still begin as the server made it.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
}
