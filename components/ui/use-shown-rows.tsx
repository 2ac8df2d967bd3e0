"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useState } from "react";

/** Shorter lists are drawn whole: the browser's own search finds every row in them. */
const VIRTUAL_FROM = 80;

/** Which rows of a long list on the page are drawn, and the height of what is left out before and after them. */
export function useShownRows(panel: { current: HTMLElement | null }, count: number, rowPx: number) {
  const [top, setTop] = useState(0);
  // What stands above the list comes and goes (a notice); a row's place on the page follows.
  useLayoutEffect(() => {
    if (panel.current) setTop(Math.round(panel.current.getBoundingClientRect().top + window.scrollY));
  });
  const enabled = count >= VIRTUAL_FROM;
  const virtualizer = useWindowVirtualizer<HTMLTableRowElement>({
    count,
    enabled,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: top,
  });
  if (!enabled)
    return { shown: Array.from({ length: count }, (_, index) => index), before: 0, after: 0, measure: null };
  const items = virtualizer.getVirtualItems();
  return {
    shown: items.map(({ index }) => index),
    before: (items[0]?.start ?? top) - top,
    after: virtualizer.getTotalSize() - ((items.at(-1)?.end ?? top) - top),
    measure: virtualizer.measureElement,
  };
}

export function Gap({ heightPx }: { heightPx: number }) {
  return heightPx > 0 ? (
    <tr aria-hidden>
      <td style={{ height: heightPx }} />
    </tr>
  ) : null;
}
