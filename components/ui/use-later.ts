"use client";

import { useEffect, useState } from "react";

/** The first rows have come by then. */
const AFTER_MS = 1500;

/** False until the page has had the time to open: what need not be there at first can then be loaded. */
export function useLater(): boolean {
  const [later, setLater] = useState(false);
  useEffect(() => {
    // Not requestIdleCallback: a page that waits for its first answers is idle too.
    const timer = setTimeout(() => setLater(true), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return later;
}
