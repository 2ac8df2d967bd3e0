"use client";

import { useCallback, useState } from "react";

const KEY = "machineroom-terminal-font-size";
const DEFAULT = 13;
const SMALLEST = 9;
const LARGEST = 28;

/** The terminal's font size in pixels, kept in this browser. For what is drawn in a browser alone. */
export function useFontSize(): { fontSize: number; change: (by: number) => void; reset: () => void } {
  // Before the terminal is opened: drawn in another size first, it would tell the program two sizes.
  const [fontSize, setFontSize] = useState(readKept);
  const set = useCallback((pixels: number) => {
    const size = Math.min(Math.max(pixels, SMALLEST), LARGEST);
    window.localStorage.setItem(KEY, String(size));
    setFontSize(size);
  }, []);
  return {
    fontSize,
    change: (by) => set(fontSize + by),
    reset: () => set(DEFAULT),
  };
}

function readKept(): number {
  const kept = Number(window.localStorage.getItem(KEY));
  return Number.isInteger(kept) && kept >= SMALLEST && kept <= LARGEST ? kept : DEFAULT;
}
