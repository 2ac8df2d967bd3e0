"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useLayoutEffect, useRef, useState } from "react";

import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { ErrorState } from "../ui/error-state";
import { LogLine } from "./log-line";
import { CutNote, LogToolbar } from "./log-toolbar";
import type { BuildLogRead } from "./use-build-log";
import { useLogSearch } from "./use-log-search";

const LINE_PX = 20;
/** So near the end counts as at the end. */
const NEAR_PX = 40;

interface BuildLogProps {
  id: string;
  log: BuildLogRead;
}

/** The log; only the lines in view are in the page. Follows the end until the reader scrolls away from it, or searches. */
export function BuildLog({ id, log }: BuildLogProps) {
  const { lines, complete, error } = log;
  const t = useTranslations("builds");
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const search = useLogSearch(lines);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
  });
  // It would keep the first line in view in its place where a line before it turns out lower, as when the font arrives: that is a
  // move up, as the reader's.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = following ? () => false : undefined;
  const height = virtualizer.getTotalSize();
  // The height also changes when a line turns out to be longer than was thought.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is what makes it scroll again.
  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [following, height]);
  const found = search.line;
  useEffect(() => {
    if (found === null) return;
    setFollowing(false);
    virtualizer.scrollToIndex(found, { align: "center" });
  }, [found, virtualizer]);
  const last = useRef({ top: 0, end: 0 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (following) element.scrollTop = element.scrollHeight;
      last.current = { top: element.scrollTop, end: endOf(element) };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [following]);
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const before = last.current;
    const [top, end] = [element.scrollTop, endOf(element)];
    last.current = { top, end };
    // Where there is less to scroll (a higher box, lines that wrap no more), the browser moves it to the new end.
    if (end < before.end && top > end - 1) return;
    // New lines only ever push the end down: what goes up is the reader.
    const goesUp = top < before.top;
    if (goesUp) setFollowing(false);
    else if (found === null && end - top < NEAR_PX) setFollowing(true);
  };
  return (
    <div className="relative flex min-h-0 min-w-0 flex-col">
      <LogToolbar id={id} lineCount={lines.at(-1)?.seq ?? (error ? null : 0)} search={search} />
      <CutNote id={id} lines={lines} />
      {error ? (
        <div className="p-2.5">
          <ErrorState error={error} onRetry={log.retry} />
        </div>
      ) : null}
      <div
        ref={box}
        role="log"
        // Thousands of lines: read on demand, not aloud as they come.
        aria-live="off"
        aria-label={t("log")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        onScroll={onScroll}
        className="h-[56dvh] min-h-60 overflow-auto px-3.5 py-2.5 [overflow-anchor:none] font-mono text-[12.5px] text-ink-2 leading-5 -outline-offset-2"
      >
        {lines.length === 0 && !error ? <p className="text-ink-3">{t(complete ? "logEmpty" : "logWaiting")}</p> : null}
        <div className="relative w-full" style={{ height }}>
          {virtualizer.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return line ? (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className={cn("absolute inset-x-0 top-0", item.index === found && "bg-accent-soft")}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <LogLine line={line} search={search.text} />
              </div>
            ) : null;
          })}
        </div>
      </div>
      {following ? null : (
        <Button
          className="absolute right-4 bottom-3 shadow"
          onClick={() => {
            search.setText("");
            setFollowing(true);
          }}
        >
          <ArrowDown aria-hidden />
          {t("follow")}
        </Button>
      )}
    </div>
  );
}

/** How far it can be scrolled. */
function endOf({ scrollHeight, clientHeight }: HTMLElement): number {
  return scrollHeight - clientHeight;
}
