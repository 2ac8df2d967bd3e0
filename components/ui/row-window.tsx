"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect } from "react";

/** The rows from `first` up to `end`, and the height of those before and after them. */
export interface ShownWindow {
  first: number;
  end: number;
  before: number;
  after: number;
  measure: (row: HTMLTableRowElement | null) => void;
  scrollTo: (index: number) => void;
}

interface RowWindowProps {
  count: number;
  rowPx: number;
  /** Where on the page the list begins. */
  top: number;
  onChange: (shown: ShownWindow) => void;
}

/** Tells which rows of a list are near the screen, before the frame that would show others. Draws nothing. */
export function RowWindow({ count, rowPx, top, onChange }: RowWindowProps) {
  const virtualizer = useWindowVirtualizer<HTMLTableRowElement>({
    count,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: top,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  const before = (items[0]?.start ?? top) - top;
  const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  const measure = virtualizer.measureElement;
  useLayoutEffect(() => {
    onChange({ first, end, before, after, measure, scrollTo: (index) => virtualizer.scrollToIndex(index) });
  }, [first, end, before, after, measure, virtualizer, onChange]);
  return null;
}
