"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { scaleLinear } from "d3-scale";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useMemo, useRef } from "react";

import type { UnitRelations } from "@/lib/boot";
import { pan, type Span, zoom } from "@/lib/boot-plot";
import { formatTimespan } from "@/lib/boot-timespan";
import { useWidth } from "../ui/use-width";
import type { PlotExport } from "./export-plot";
import {
  AXIS_PX,
  PlotAxis,
  PlotGrid,
  type PlotLayout,
  PlotRowDrawing,
  plotRange,
  SCREEN_PALETTE,
} from "./plot-drawing";
import { PlotRelations } from "./plot-relations";

const ROW_PX = 24;
const NARROW_ROW_PX = 36;
const NARROW_BELOW_PX = 640;
const LABEL_SHARE = 0.26;
const MAX_LABEL_PX = 300;
/** A hand trembles: less than this is a click. */
const DRAG_FROM_PX = 4;
const KEY_ZOOM = 1.5;
const KEY_PAN_SHARE = 0.1;
const WHEEL_ZOOM_PER_PX = 0.005;
const PAGE_ROWS = 10;

interface TimelineChartProps extends PlotExport {
  whole: Span;
  onSeen: (seen: Span) => void;
  /** The unit that is looked at: the pointer's, else the selected one. */
  active: string | null;
  relations: UnitRelations | undefined;
  selected: string | null;
  onHover: (unit: string | null) => void;
  onSelect: (unit: string | null) => void;
}

/** The plot on screen: only rows near it are drawn. One stop for the keyboard, whose arrows go from unit to unit. */
export function TimelineChart(props: TimelineChartProps) {
  const { rows, seen, markers, target, manager, critical, failed, active, relations, selected, onHover, onSelect } =
    props;
  const t = useTranslations("boot");
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const layout = useLayout(width, seen);
  const { rowPx } = layout;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    scrollMargin: AXIS_PX,
    scrollPaddingStart: AXIS_PX,
    overscan: 10,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it measured counts no longer when rows have another height.
  useEffect(() => virtualizer.measure(), [rowPx, virtualizer]);
  const places = useMemo(() => new Map(rows.map((row, index) => [row.unit, { row, index }])), [rows]);
  const tied = useMemo(() => tiedTo(active, relations), [active, relations]);
  const drag = useDrag(props, layout);
  useWheelZoom(scroller, props, layout);
  const height = rows.length * rowPx;
  const moveTo = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (!row) return;
    onHover(null);
    onSelect(row.unit);
    virtualizer.scrollToIndex(places.get(row.unit)?.index ?? 0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = KEYS.get(event.key);
    // With a modifier it is the browser's own: Ctrl and + zoom its page.
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const at = selected === null ? -1 : (places.get(selected)?.index ?? -1);
    action({ ...props, at, last: rows.length - 1, moveTo });
  };
  const shown = virtualizer.getVirtualItems().flatMap(({ index }) => {
    const row = rows[index];
    return row ? [{ row, index }] : [];
  });
  return (
    <div ref={scroller} className="max-h-[min(40rem,68dvh)] overflow-y-auto overflow-x-clip">
      <svg aria-hidden width={width} height={AXIS_PX} className="sticky top-0 z-1 block border-b bg-panel">
        <PlotAxis layout={layout} markers={markers} target={target} manager={manager} palette={SCREEN_PALETTE} />
      </svg>
      <svg
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: HTML has no list of options that is drawn.
        role="listbox"
        tabIndex={0}
        aria-label={t("plot")}
        aria-activedescendant={
          selected !== null && places.has(selected) ? `${id}-${places.get(selected)?.index}` : undefined
        }
        width={width}
        height={height}
        className="not-focus-visible:outline-none block cursor-crosshair touch-pan-y select-none -outline-offset-2"
        onKeyDown={onKeyDown}
        onPointerLeave={() => onHover(null)}
        {...drag}
      >
        <PlotGrid layout={layout} markers={markers} height={height} palette={SCREEN_PALETTE} />
        {shown.map(({ row, index }) => (
          <g
            key={row.unit}
            id={`${id}-${index}`}
            role="option"
            aria-selected={row.unit === selected}
            aria-posinset={index + 1}
            aria-setsize={rows.length}
            aria-label={t("plotRow", {
              unit: row.unit,
              at: formatTimespan(row.activating),
              took: formatTimespan(row.took),
            })}
            onPointerEnter={() => onHover(row.unit)}
            onClick={() => onSelect(row.unit === selected ? null : row.unit)}
          >
            <rect
              width={width}
              height={rowPx}
              y={index * rowPx}
              className={row.unit === active ? "fill-accent-soft" : "fill-transparent"}
            />
            <PlotRowDrawing
              row={row}
              y={index * rowPx}
              layout={layout}
              palette={SCREEN_PALETTE}
              critical={critical.has(row.unit)}
              failed={failed.has(row.unit)}
              dim={tied !== null && !tied.has(row.unit)}
            />
          </g>
        ))}
        {active !== null && relations ? (
          <PlotRelations unit={active} relations={relations} rows={places} layout={layout} />
        ) : null}
      </svg>
    </div>
  );
}

function useLayout(width: number, seen: Span): PlotLayout {
  return useMemo(() => {
    const narrow = width < NARROW_BELOW_PX;
    const labelPx = narrow ? 0 : Math.min(MAX_LABEL_PX, Math.round(width * LABEL_SHARE));
    const range = plotRange({ width, labelPx });
    return { width, labelPx, rowPx: narrow ? NARROW_ROW_PX : ROW_PX, x: scaleLinear().domain(seen).range(range) };
  }, [width, seen]);
}

/** The unit and all it is ordered with; null where nothing is to be set apart. */
function tiedTo(unit: string | null, relations: UnitRelations | undefined): ReadonlySet<string> | null {
  if (unit === null || !relations) return null;
  return new Set([unit, ...relations.after, ...relations.before]);
}

interface KeyContext extends Pick<TimelineChartProps, "seen" | "whole" | "onSeen" | "onSelect"> {
  /** Place of the selected unit, and of the last one; -1: none is selected. */
  at: number;
  last: number;
  moveTo: (index: number) => void;
}

const middleOf = ({ seen }: KeyContext) => (seen[0] + seen[1]) / 2;
const stepOf = ({ seen }: KeyContext) => (seen[1] - seen[0]) * KEY_PAN_SHARE;

const KEYS = new Map<string, (context: KeyContext) => void>([
  ["ArrowDown", ({ at, moveTo }) => moveTo(at + 1)],
  ["ArrowUp", ({ at, last, moveTo }) => moveTo(at === -1 ? last : at - 1)],
  ["PageDown", ({ at, moveTo }) => moveTo(at + PAGE_ROWS)],
  ["PageUp", ({ at, moveTo }) => moveTo(at - PAGE_ROWS)],
  ["Home", ({ moveTo }) => moveTo(0)],
  ["End", ({ last, moveTo }) => moveTo(last)],
  ["ArrowLeft", (context) => context.onSeen(pan(context.seen, -stepOf(context), context.whole))],
  ["ArrowRight", (context) => context.onSeen(pan(context.seen, stepOf(context), context.whole))],
  ["+", (context) => context.onSeen(zoom(context.seen, KEY_ZOOM, middleOf(context), context.whole))],
  ["=", (context) => context.onSeen(zoom(context.seen, KEY_ZOOM, middleOf(context), context.whole))],
  ["-", (context) => context.onSeen(zoom(context.seen, 1 / KEY_ZOOM, middleOf(context), context.whole))],
  ["0", ({ onSeen, whole }) => onSeen(whole)],
  ["Escape", ({ onSelect }) => onSelect(null)],
]);

/** Moves what is seen with the pointer. */
function useDrag({ seen, whole, onSeen }: TimelineChartProps, { x }: PlotLayout) {
  const from = useRef<{ clientX: number; seen: Span } | null>(null);
  const dragged = useRef(false);
  const end = () => {
    from.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      dragged.current = false;
      from.current = event.button === 0 ? { clientX: event.clientX, seen } : null;
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
      const start = from.current;
      if (!start) return;
      const moved = event.clientX - start.clientX;
      if (!dragged.current && Math.abs(moved) < DRAG_FROM_PX) return;
      if (!dragged.current) event.currentTarget.setPointerCapture(event.pointerId);
      dragged.current = true;
      const [left = 0, right = 1] = x.range();
      onSeen(pan(start.seen, (-moved / (right - left)) * (start.seen[1] - start.seen[0]), whole));
    },
    onPointerUp: end,
    onPointerCancel: end,
    // What ends a drag is no click.
    onClickCapture: (event: { stopPropagation: () => void }) => {
      if (dragged.current) event.stopPropagation();
      dragged.current = false;
    },
  };
}

/** Ctrl and the wheel (and two fingers, which browsers tell as that) zoom at the pointer; the wheel alone scrolls. */
function useWheelZoom(
  scroller: { current: HTMLElement | null },
  { seen, whole, onSeen }: TimelineChartProps,
  { x }: PlotLayout,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const at = x.invert(event.clientX - element.getBoundingClientRect().left);
      onSeen(zoom(seen, Math.exp(-event.deltaY * WHEEL_ZOOM_PER_PX), at, whole));
    };
    // React's own listener is passive, and could not keep the browser from zooming the page.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [scroller, seen, whole, onSeen, x]);
}
