"use client";

import { useEffect, useState } from "react";

declare global {
  interface Navigator {
    /** Chromium's alone, and over TLS or on localhost (wicg.github.io/keyboard-lock). */
    readonly keyboard?: { lock(codes: string[]): Promise<void>; unlock(): void };
  }
}

/** Whether the terminal has the screen to itself. */
export interface FullScreen {
  on: boolean;
  set(on: boolean): void;
}

/**
 * Full screen while `possible`; where the browser has none (iPhones), the terminal fills the window. It is the page that is shown on
 * the full screen, with the terminal over all of it: menus and dialogs are beside the terminal in the page, and would not be seen.
 */
export function useFullScreen(possible: boolean): FullScreen {
  const [on, set] = useState(false);
  const full = on && possible;
  useEffect(() => {
    if (!possible) set(false);
  }, [possible]);
  useEffect(() => (full && document.fullscreenEnabled ? enter(() => set(false)) : undefined), [full]);
  return { on: full, set };
}

/** `onLeft`: the person left it by the browser's own key. Returns how to leave it. */
function enter(onLeft: () => void): () => void {
  let wanted = true;
  const leave = () => {
    navigator.keyboard?.unlock();
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
  };
  const onChange = () => {
    if (!document.fullscreenElement) onLeft();
  };
  document.addEventListener("fullscreenchange", onChange);
  document.documentElement.requestFullscreen().then(
    () => (wanted ? keepEscape() : leave()),
    // Refused: it fills the window.
    () => undefined,
  );
  return () => {
    wanted = false;
    document.removeEventListener("fullscreenchange", onChange);
    leave();
  };
}

/** Esc is a key that programs need. A browser that gives it to the page is left by holding it, and says so; another by pressing it. */
function keepEscape(): void {
  navigator.keyboard?.lock(["Escape"]).catch(() => undefined);
}
