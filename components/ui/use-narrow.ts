"use client";

import { type RefObject, useLayoutEffect, useState } from "react";

/** Whether the element is narrower than `widthPx`: for what differs in more than looks, which a container query can do alone. */
export function useNarrow(element: RefObject<HTMLElement | null>, widthPx: number): boolean {
  const [narrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    const watched = element.current;
    if (!watched) return;
    const measure = () => setNarrow(watched.clientWidth < widthPx);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(watched);
    return () => observer.disconnect();
  }, [element, widthPx]);
  return narrow;
}
