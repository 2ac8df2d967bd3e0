"use client";

import { useCallback, useEffect, useState } from "react";

const KEY = "machineroom-terminal-font-size";
const DEFAULT = 13;
const SMALLEST = 9;
const LARGEST = 28;

/** The terminal's font size in pixels, kept in this browser. */
export function useFontSize(): { fontSize: number; change: (by: number) => void; reset: () => void } {
  const [fontSize, setFontSize] = useState(DEFAULT);
  useEffect(() => {
    const kept = Number(window.localStorage.getItem(KEY));
    if (Number.isInteger(kept) && kept >= SMALLEST && kept <= LARGEST) setFontSize(kept);
  }, []);
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
