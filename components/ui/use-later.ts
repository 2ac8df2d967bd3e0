"use client";

import { useEffect, useState } from "react";

import { LATER_MS } from "./load-later";

/** False until the page has had the time to open: what need not be there at first can then be loaded. */
export function useLater(): boolean {
  const [later, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), LATER_MS);
    return () => clearTimeout(timer);
  }, []);
  return later;
}
