import type { ScaleLinear } from "d3-scale";
import { memo } from "react";

import type { PlotRow } from "@/lib/boot-graph";
import { barsOf, type Marker, type Phase, type Span } from "@/lib/boot-plot";
import { formatTimespan } from "@/lib/boot-timespan";

/** Colours by what they stand for: the page's variables on screen, their values in a file. */
export interface Palette {
  ink: string;
  faint: string;
  line: string;
  activating: string;
  active: string;
  deactivating: string;
  generators: string;
  unitsLoad: string;
  critical: string;
  failed: string;
  ground: string;
  mono: string;
}

export const SCREEN_PALETTE: Palette = {
  ink: "var(--ink-2)",
  faint: "var(--ink-3)",
  line: "var(--line)",
  activating: "var(--busy)",
  active: "color-mix(in srgb, var(--accent) 30%, var(--panel))",
  deactivating: "var(--ink-3)",
  generators: "var(--busy)",
  unitsLoad: "var(--accent)",
  critical: "var(--fail)",
  failed: "var(--fail)",
  ground: "var(--panel)",
  mono: "var(--font-mono)",
};

/** Where things stand, in pixels. */
export interface PlotLayout {
  width: number;
  /** Room for the units' names at the left; 0: each stands above its bars. */
  labelPx: number;
  rowPx: number;
  x: ScaleLinear<number, number>;
}

export const AXIS_PX = 58;
const MANAGER_TOP_PX = 41;
const MANAGER_BAR_PX = 10;
const RIGHT_PX = 10;
const CHARACTER_PX = 6.7;
const BAR_PX = 12;
const NARROW_BAR_PX = 8;
const TICK_PX = 90;

/** From the end of the names to the right edge. */
export function plotRange({ width, labelPx }: Pick<PlotLayout, "width" | "labelPx">): [number, number] {
  return [labelPx, Math.max(labelPx + 1, width - RIGHT_PX)];
}

export function ticksOf({ x }: PlotLayout): number[] {
  const [from = 0, to = 0] = x.range();
  return x.ticks(Math.max(2, Math.floor((to - from) / TICK_PX)));
}

/** What PID 1 did itself, before the first unit started. */
export interface ManagerSpans {
  finish: number;
  generators: Span | null;
  unitsLoad: Span | null;
}

interface AxisProps {
  layout: PlotLayout;
  markers: readonly Marker[];
  /** The marker that is named wherever there is room for one only. */
  target: string;
  manager: ManagerSpans;
  palette: Palette;
}

/** The times, below them the names of the milestones that fit, and what systemd-analyze draws in its row "systemd". */
export function PlotAxis({ layout, markers, target, manager, palette }: AxisProps) {
  const { x } = layout;
  const [left = 0, right = 0] = x.range();
  const anchor = (at: number) => (at > right - 30 ? "end" : at < left + 16 && left === 0 ? "start" : "middle");
  return (
    <g fontSize={11} fontFamily={palette.mono}>
      {ticksOf(layout).map((tick) => (
        <text key={tick} x={x(tick)} y={14} fill={palette.faint} textAnchor={anchor(x(tick))}>
          {formatTick(tick)}
        </text>
      ))}
      {placeNames(layout, markers, target).map(({ unit, at, end }) => (
        <text key={unit} x={at} y={32} fill={palette.ink} textAnchor={end ? "end" : "start"}>
          {unit}
        </text>
      ))}
      <Manager layout={layout} manager={manager} palette={palette} />
    </g>
  );
}

/** 1500000 → "1.5s": a tick has no more digits than it needs. */
function formatTick(usec: number): string {
  return formatTimespan(usec, 1).replace(/(\.\d*[1-9])0+(?=[a-z]+$)/, "$1");
}

/** The row "systemd" of systemd-analyze's plot: PID 1 from its start to the end of the boot. */
function Manager({ layout: { x, labelPx }, manager, palette }: Pick<AxisProps, "layout" | "manager" | "palette">) {
  const [left = 0, right = 0] = x.range();
  const bars = [
    { span: [0, manager.finish] as const, fill: palette.active },
    { span: manager.generators, fill: palette.generators },
    { span: manager.unitsLoad, fill: palette.unitsLoad },
  ];
  return (
    <g>
      {labelPx > 0 ? (
        <text x={8} y={MANAGER_TOP_PX + MANAGER_BAR_PX / 2} dy="0.35em" fill={palette.ink}>
          systemd
        </text>
      ) : null}
      {bars.map(({ span, fill }) => {
        if (span === null || x(span[1]) < left || x(span[0]) > right) return null;
        const from = Math.max(left, x(span[0]));
        const to = Math.min(right, x(span[1]));
        return (
          <rect
            key={fill}
            x={from}
            y={MANAGER_TOP_PX}
            width={Math.max(1.5, to - from)}
            height={MANAGER_BAR_PX}
            rx={2}
            fill={fill}
          />
        );
      })}
    </g>
  );
}

/** Names that do not lie on each other: the boot's target first, then from the right. */
function placeNames({ x }: PlotLayout, markers: readonly Marker[], target: string) {
  const [left = 0, right = 0] = x.range();
  const taken: Span[] = [];
  const seen = markers.filter(({ at }) => x(at) >= left && x(at) <= right + 1);
  const order = [...seen].sort((a, b) => Number(b.unit === target) - Number(a.unit === target) || b.at - a.at);
  return order.flatMap(({ unit, at }) => {
    const length = unit.length * CHARACTER_PX;
    const end = x(at) + length > right;
    const span: Span = end ? [x(at) - length - 8, x(at)] : [x(at), x(at) + length + 8];
    if (span[0] < 0 || taken.some((other) => span[0] < other[1] && other[0] < span[1])) return [];
    taken.push(span);
    return [{ unit, at: end ? x(at) - 3 : x(at) + 3, end }];
  });
}

interface GridProps {
  layout: PlotLayout;
  markers: readonly Marker[];
  height: number;
  palette: Palette;
}

export function PlotGrid({ layout, markers, height, palette }: GridProps) {
  const { x } = layout;
  const [left = 0, right = 0] = x.range();
  return (
    <g aria-hidden>
      {ticksOf(layout).map((tick) => (
        <line key={tick} x1={x(tick)} x2={x(tick)} y1={0} y2={height} stroke={palette.line} />
      ))}
      {markers
        .filter(({ at }) => x(at) >= left && x(at) <= right + 1)
        .map(({ unit, at }) => (
          <line
            key={unit}
            x1={x(at)}
            x2={x(at)}
            y1={0}
            y2={height}
            stroke={palette.faint}
            strokeDasharray="3 3"
            strokeWidth={1}
          />
        ))}
    </g>
  );
}

interface RowProps {
  row: PlotRow;
  y: number;
  layout: PlotLayout;
  palette: Palette;
  critical: boolean;
  failed: boolean;
  /** Another unit is looked at, that has nothing to do with this one. */
  dim: boolean;
}

/** One unit: its name, its phases, and how long its start took. */
export const PlotRowDrawing = memo(function PlotRowDrawing({
  row,
  y,
  layout,
  palette,
  critical,
  failed,
  dim,
}: RowProps) {
  const { labelPx, rowPx, width } = layout;
  const above = labelPx === 0;
  const bar = above ? NARROW_BAR_PX : BAR_PX;
  const top = above ? y + rowPx - bar - 5 : y + (rowPx - bar) / 2;
  const fits = Math.floor((above ? width - 60 : labelPx - 14) / CHARACTER_PX);
  const name = `${failed ? "✕ " : ""}${row.unit}`;
  return (
    <g opacity={dim ? 0.35 : 1} fontSize={11} fontFamily={palette.mono}>
      <text
        x={above ? 4 : 8}
        y={above ? y + 14 : y + rowPx / 2}
        dy={above ? 0 : "0.35em"}
        fill={failed ? palette.failed : palette.ink}
        fontWeight={critical ? 700 : 400}
        // Above its bars it lies on the lines of the grid.
        stroke={palette.ground}
        strokeWidth={above ? 4 : 0}
        paintOrder="stroke"
      >
        {shorten(name, fits)}
      </text>
      <Bars row={row} top={top} height={bar} layout={layout} palette={palette} critical={critical} />
      {row.took > 0 ? (
        <Took row={row} y={above ? y + 14 : y + rowPx / 2} above={above} layout={layout} palette={palette} />
      ) : null}
    </g>
  );
});

interface BarsProps {
  row: PlotRow;
  top: number;
  height: number;
  layout: PlotLayout;
  palette: Palette;
  critical: boolean;
}

function Bars({ row, top, height, layout: { x }, palette, critical }: BarsProps) {
  const [left = 0, right = 0] = x.range();
  const fill: Record<Phase, string> = {
    activating: critical ? palette.critical : palette.activating,
    active: palette.active,
    deactivating: palette.deactivating,
  };
  const clip = (usec: number) => Math.min(Math.max(x(usec), left), right);
  return barsOf(row).map(({ phase, from, to }) =>
    x(to) < left || x(from) > right ? null : (
      <rect
        key={phase}
        data-phase={phase}
        x={clip(from)}
        y={top}
        width={Math.max(1.5, clip(to) - clip(from))}
        height={height}
        rx={2}
        fill={fill[phase]}
      />
    ),
  );
}

interface TookProps {
  row: PlotRow;
  y: number;
  above: boolean;
  layout: PlotLayout;
  palette: Palette;
}

function Took({ row, y, above, layout: { x, width }, palette }: TookProps) {
  const text = formatTimespan(row.took);
  if (above)
    return (
      <text x={width - 8} y={y} textAnchor="end" fill={palette.faint}>
        {text}
      </text>
    );
  const [left = 0, right = 0] = x.range();
  const end = x(row.activating + row.took);
  if (end < left || x(row.activating) > right) return null;
  const room = end + 6 + text.length * CHARACTER_PX < right;
  const before = x(row.activating) - 6;
  // Neither side has room: the bar itself fills the screen, and what looks at it says how long it took.
  if (!room && before - text.length * CHARACTER_PX < left) return null;
  return (
    <text x={room ? end + 5 : before} y={y} dy="0.35em" textAnchor={room ? "start" : "end"} fill={palette.ink}>
      {text}
    </text>
  );
}

/** The beginning and the end of a name: units of a kind differ in both. */
function shorten(name: string, characters: number): string {
  if (name.length <= characters) return name;
  const tail = Math.min(14, Math.floor(characters / 2));
  return `${name.slice(0, Math.max(1, characters - tail - 1))}…${name.slice(-tail)}`;
}
