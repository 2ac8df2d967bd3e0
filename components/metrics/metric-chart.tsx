"use client";

import { scaleLinear } from "d3-scale";
import { type KeyboardEvent, type PointerEvent, useRef } from "react";

import { nearestIndex, type Place, piecesOf, type TimedValues } from "@/lib/metric-series";
import type { MetricKey } from "@/lib/metrics";
import { cn } from "@/lib/utils";
import { useWidth } from "../ui/use-width";

const HEIGHT = 72;
const TOP = 4;
const BOTTOM = 1;
const PAGE_POINTS = 10;
const DOT_PX = 3;

export interface Series {
  key: MetricKey;
  label: string;
}

interface MetricChartProps {
  /** Oldest first. */
  points: readonly TimedValues[];
  series: readonly Series[];
  stepMs: number;
  fromMs: number;
  toMs: number;
  /** Where the scale ends. */
  top: number;
  topText: string;
  /** The point that is looked at; null: none. */
  cursorMs: number | null;
  onCursor: (atMs: number | null) => void;
  label: string;
  /** What is said of the point that is looked at, or else of the last. */
  valueText: string;
}

/** First solid with its area, second dashed: told apart without colour. */
const LOOKS = [
  { line: "stroke-accent", dot: "fill-accent", dash: undefined },
  { line: "stroke-busy", dot: "fill-busy", dash: "4 3" },
] as const;

/** Lines over time. A pointer or the arrow keys go from point to point. */
export function MetricChart(props: MetricChartProps) {
  const { points, series, stepMs, fromMs, toMs, top, topText, cursorMs, onCursor, label, valueText } = props;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const x = scaleLinear([fromMs, toMs], [0, width]);
  const y = scaleLinear([0, top], [HEIGHT - BOTTOM, TOP]);
  const at = cursorMs === null ? points.length - 1 : nearestIndex(points, cursorMs);
  const marked = cursorMs === null ? undefined : points[at];
  const moveTo = (index: number) => onCursor(points[Math.min(Math.max(index, 0), points.length - 1)]?.atMs ?? null);
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const left = event.currentTarget.getBoundingClientRect().left;
    moveTo(nearestIndex(points, x.invert(event.clientX - left)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = KEYS.get(event.key);
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const index = action(at, points.length - 1);
    if (index === null) onCursor(null);
    else moveTo(index);
  };
  return (
    <div
      ref={frame}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, points.length - 1)}
      aria-valuenow={Math.max(0, at)}
      aria-valuetext={valueText}
      className="touch-pan-y"
      onPointerMove={onPointerMove}
      onPointerLeave={() => onCursor(null)}
      onBlur={() => onCursor(null)}
      onKeyDown={onKeyDown}
    >
      <svg aria-hidden width={width} height={HEIGHT} className="block overflow-visible">
        <line x1={0} x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="stroke-line-2" />
        <line x1={0} x2={width} y1={TOP + 0.5} y2={TOP + 0.5} className="stroke-line" strokeDasharray="2 3" />
        <text x={0} y={TOP + 12} className="fill-ink-3 text-[10px]">
          {topText}
        </text>
        {series.map(({ key }, index) => (
          <Line
            key={key}
            pieces={piecesOf(points, key, stepMs)}
            look={LOOKS[index] ?? LOOKS[0]}
            area={index === 0}
            x={x}
            y={y}
          />
        ))}
        {marked ? <line x1={x(marked.atMs)} x2={x(marked.atMs)} y1={TOP} y2={HEIGHT} className="stroke-ink-3" /> : null}
        {series.map(({ key }, index) => {
          const value = marked?.[key] ?? null;
          return marked && value !== null ? (
            <circle key={key} cx={x(marked.atMs)} cy={y(value)} r={DOT_PX} className={(LOOKS[index] ?? LOOKS[0]).dot} />
          ) : null;
        })}
      </svg>
    </div>
  );
}

/** From where one is and the last index to where the key leads; null: to none. */
const KEYS = new Map<string, (at: number, last: number) => number | null>([
  ["ArrowLeft", (at) => at - 1],
  ["ArrowDown", (at) => at - 1],
  ["ArrowRight", (at) => at + 1],
  ["ArrowUp", (at) => at + 1],
  ["PageDown", (at) => at - PAGE_POINTS],
  ["PageUp", (at) => at + PAGE_POINTS],
  ["Home", () => 0],
  ["End", (_at, last) => last],
  ["Escape", () => null],
]);

interface LineProps {
  pieces: readonly Place[][];
  look: (typeof LOOKS)[number];
  area: boolean;
  x: (atMs: number) => number;
  y: (value: number) => number;
}

function Line({ pieces, look, area, x, y }: LineProps) {
  const lines = pieces.map((piece) => piece.map(({ atMs, value }) => `${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`));
  const areas = pieces.map((piece, index) => {
    const [first, last] = [piece[0]?.atMs ?? 0, piece.at(-1)?.atMs ?? 0];
    return `M${x(first).toFixed(1)} ${y(0)}L${lines[index]?.join("L")}L${x(last).toFixed(1)} ${y(0)}Z`;
  });
  // A point alone is a dash: a line of one point is not drawn.
  const strokes = lines.map((places) => (places.length > 1 ? `M${places.join("L")}` : `M${places[0]}m-1.5 0h3`));
  return (
    <>
      {area ? <path d={areas.join("")} className="fill-accent opacity-12" /> : null}
      <path
        d={strokes.join("")}
        className={cn("fill-none", look.line)}
        strokeWidth={1.5}
        strokeLinejoin="round"
        strokeLinecap="round"
        strokeDasharray={look.dash}
      />
    </>
  );
}
