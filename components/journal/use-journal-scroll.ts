"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef } from "react";

import type { JournalLine } from "@/lib/journal-window";

const LINE_PX = 21;
const PADDING_PX = 8;
/** So near the end counts as at the end. */
const NEAR_PX = 30;
/** So near an edge of the window the next page is asked for. */
const AHEAD_PX = 800;
/** What moves so soon after a wheel, a finger or a key was moved by the reader; anything else by the lines. */
const INTENT_MS = 400;
const MAX_MEASURED = 20_000;

interface Edges {
  newer: boolean;
  onOlder: () => void;
  onNewer: () => void;
  /** The end is kept in view. */
  following: boolean;
  onFollowing: (following: boolean) => void;
}

/**
 * Draws the lines in view alone. Follows the end until the reader scrolls up; what is put before or taken from the front leaves the
 * line that is being read where it is.
 */
export function useJournalScroll(lines: readonly JournalLine[], edges: Edges) {
  const box = useRef<HTMLDivElement>(null);
  const { following, onFollowing: follow } = edges;
  const intentAt = useRef(Number.NEGATIVE_INFINITY);
  const getItemKey = useCallback((index: number) => lines[index]?.entry.cursor ?? index, [lines]);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    getItemKey,
    // Keeps the line that is read in its place when others are put before it, or taken from the front.
    anchorTo: "end",
    paddingStart: PADDING_PX,
    paddingEnd: PADDING_PX,
    overscan: 20,
  });
  const items = virtualizer.getVirtualItems();
  const height = virtualizer.getTotalSize();

  const askAhead = () => {
    const element = box.current;
    if (!element) return;
    if (element.scrollTop < AHEAD_PX) edges.onOlder();
    if (edges.newer && element.scrollHeight - element.scrollTop - element.clientHeight < AHEAD_PX) edges.onNewer();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: other lines, and other heights of them, make it scroll again.
  useLayoutEffect(() => {
    if (!following || !box.current) return;
    box.current.scrollTop = box.current.scrollHeight;
    // It remembers the height of every line it ever drew.
    if (virtualizer.itemSizeCache.size > MAX_MEASURED) virtualizer.measure();
  }, [following, height, lines]);
  // A window shorter than the box is never scrolled to its edge.
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for every window.
  useEffect(askAhead, [lines]);

  const lastTop = useRef(0);
  return {
    box,
    virtualizer,
    items,
    height,
    onIntent: () => {
      intentAt.current = performance.now();
    },
    onScroll: () => {
      const element = box.current;
      if (!element) return;
      const goesUp = element.scrollTop < lastTop.current;
      lastTop.current = element.scrollTop;
      const byReader = performance.now() - intentAt.current < INTENT_MS;
      const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      if (following && goesUp && byReader) follow(false);
      else if (!following && !goesUp && atEnd && !edges.newer) follow(true);
      askAhead();
    },
  };
}
