import type { UnitRelations } from "@/lib/boot";
import type { PlotRow } from "@/lib/boot-graph";
import type { PlotLayout } from "./plot-drawing";

interface PlotRelationsProps {
  unit: string;
  relations: UnitRelations;
  rows: ReadonlyMap<string, { row: PlotRow; index: number }>;
  layout: PlotLayout;
}

/** From what the unit waited for to its start, and from its start's end to what waited for it. Solid where it also needs or wants it. */
export function PlotRelations({ unit, relations, rows, layout }: PlotRelationsProps) {
  const own = rows.get(unit);
  if (!own) return null;
  const { x, rowPx } = layout;
  const [left = 0, right = 0] = x.range();
  const at = (usec: number) => Math.min(Math.max(x(usec), left), right);
  const middle = (index: number) => (index + 0.5) * rowPx;
  const needed = new Set([...relations.requires, ...relations.wants]);
  const path = (from: { x: number; index: number }, to: { x: number; index: number }) =>
    `M${from.x} ${middle(from.index)}C${from.x + 14} ${middle(from.index)} ${to.x - 14} ${middle(to.index)} ${to.x} ${middle(to.index)}`;
  const lines = [
    ...relations.after.flatMap((name) => {
      const other = rows.get(name);
      if (!other) return [];
      const from = { x: at(other.row.activated), index: other.index };
      return [
        {
          key: `after ${name}`,
          d: path(from, { x: at(own.row.activating), index: own.index }),
          strong: needed.has(name),
        },
      ];
    }),
    ...relations.before.flatMap((name) => {
      const other = rows.get(name);
      if (!other) return [];
      const to = { x: at(other.row.activating), index: other.index };
      return [{ key: `before ${name}`, d: path({ x: at(own.row.activated), index: own.index }, to), strong: false }];
    }),
  ];
  return (
    <g aria-hidden fill="none" pointerEvents="none">
      {lines.map(({ key, d, strong }) => (
        <path
          key={key}
          data-relation={key}
          d={d}
          className={strong ? "stroke-accent" : "stroke-ink-3"}
          strokeWidth={strong ? 1.75 : 1}
          strokeDasharray={strong ? undefined : "2 3"}
        />
      ))}
    </g>
  );
}
