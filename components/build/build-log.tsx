"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";

import type { BuildLogLine } from "@/lib/build";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";

const LINE_PX = 20;
/** So near the end counts as at the end. */
const NEAR_PX = 40;

interface BuildLogProps {
  lines: readonly BuildLogLine[];
  complete: boolean;
}

/** The log; only the lines in view are in the page. Follows the end until the reader scrolls away from it. */
export function BuildLog({ lines, complete }: BuildLogProps) {
  const t = useTranslations("builds");
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
  });
  useEffect(() => {
    if (following && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: "end" });
  }, [following, lines.length, virtualizer]);
  const onScroll = () => {
    const element = box.current;
    if (element) setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX);
  };
  return (
    <div className="relative min-h-0 min-w-0">
      <div
        ref={box}
        role="log"
        aria-label={t("log")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        onScroll={onScroll}
        className="h-[60dvh] min-h-60 overflow-auto px-3.5 py-2.5 font-mono text-[12.5px] text-ink-2 leading-5"
      >
        {lines.length === 0 ? <p className="text-ink-3">{t(complete ? "logEmpty" : "logWaiting")}</p> : null}
        <div className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return line ? (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <LogLine line={line} />
              </div>
            ) : null;
          })}
        </div>
      </div>
      {following ? null : (
        <Button className="absolute right-4 bottom-3 shadow" onClick={() => setFollowing(true)}>
          <ArrowDown aria-hidden />
          {t("follow")}
        </Button>
      )}
    </div>
  );
}

function LogLine({ line }: { line: BuildLogLine }) {
  const time = new Date(line.at).toLocaleTimeString("en-GB");
  return (
    <p className={cn("flex gap-2.5", line.stream === "info" && "text-ink")}>
      <time dateTime={line.at} className="shrink-0 select-none text-ink-3">
        {time}
      </time>
      <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">{line.text}</span>
    </p>
  );
}
