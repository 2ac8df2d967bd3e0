"use client";

import { type RefObject, useEffect } from "react";

/** While `on`, the element lies over the page: what it covers is not come to by Tab, nor read out. */
export function useOverAll(element: RefObject<HTMLElement | null>, on: boolean): void {
  useEffect(() => {
    if (!on || !element.current) return;
    const covered = besides(element.current);
    for (const one of covered) one.inert = true;
    return () => {
      for (const one of covered) one.inert = false;
    };
  }, [element, on]);
}

/** All that is there, and neither in the element nor around it. Messages are shown over it; menus and dialogs come later. */
function besides(element: HTMLElement): HTMLElement[] {
  const others: HTMLElement[] = [];
  for (let inner = element; inner.parentElement && inner !== document.body; inner = inner.parentElement)
    for (const one of inner.parentElement.children)
      if (one instanceof HTMLElement && one !== inner && !one.inert && !one.hasAttribute("aria-live")) others.push(one);
  return others;
}
