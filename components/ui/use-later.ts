"use client";

import { useEffect, useState } from "react";

const AT_LATEST_MS = 3000;

/** False until the browser has nothing better to do: what need not be there at first can then be loaded. */
export function useIdle(): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    // Safari has no such call.
    if (typeof window.requestIdleCallback !== "function") {
      const timer = setTimeout(() => setIdle(true), AT_LATEST_MS);
      return () => clearTimeout(timer);
    }
    const request = window.requestIdleCallback(() => setIdle(true), { timeout: AT_LATEST_MS });
    return () => window.cancelIdleCallback(request);
  }, []);
  return idle;
}
