"use client";

import { type HierarchyRectangularNode, hierarchy, treemap } from "d3-hierarchy";
import { ChevronRight } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useMemo, useRef } from "react";

import { type Treemap, type TreemapNode, toTreemap, totalOf } from "@/lib/cgroup-treemap";
import { findGroup, type Measure, pathTo, relativePath } from "@/lib/cgroup-view";
import type { Cgroup } from "@/lib/cgroups";
import { formatBytes } from "@/lib/format";
import { cn } from "@/lib/utils";
import { EmptyState } from "../ui/empty-state";
import { useWidth } from "../ui/use-width";

const HEIGHT_PX = 520;
const NARROW_HEIGHT_PX = 620;
const NARROW_PX = 600;
const HEAD_PX = 20;
const GAP_PX = 3;
/** Smaller ones are areas without words. */
const MIN_TEXT_WIDTH_PX = 34;
const MIN_TEXT_HEIGHT_PX = 16;

interface CgroupTreemapProps {
  root: Cgroup;
  /** The group that is shown, relative to the topmost. */
  at: string;
  measure: Measure;
  onGo: (at: string) => void;
}

/** What takes the memory or the CPU, by area: groups lie within their group, and can be looked into. */
export function CgroupTreemap({ root, at, measure, onGo }: CgroupTreemapProps) {
  const t = useTranslations("processes");
  const group = findGroup(root, at);
  const map = useMemo(() => toTreemap(group, measure), [group, measure]);
  return (
    <section
      aria-label={t(measure === "memory" ? "memoryOf" : "cpuOf", { name: group.name })}
      className="grid min-w-0 gap-2"
    >
      <nav aria-label={t("way")} className="flex flex-wrap items-center gap-1 text-[13px]">
        {pathTo(root, group).map((above, index) => (
          <span key={above.path} className="inline-flex min-w-0 items-center gap-1">
            {index === 0 ? null : <ChevronRight aria-hidden className="size-3.5 text-ink-3" />}
            {above === group ? (
              <span aria-current="true" className="font-mono font-semibold [overflow-wrap:anywhere]">
                {above.name}
              </span>
            ) : (
              <button
                type="button"
                className="font-mono text-ink-2 [overflow-wrap:anywhere] hover:text-ink hover:underline"
                onClick={() => onGo(relativePath(root, above))}
              >
                {above.name}
              </button>
            )}
          </span>
        ))}
      </nav>
      {map.total === 0 ? (
        <EmptyState title={t("usageNone")} />
      ) : (
        <Areas map={map} measure={measure} onGo={(path) => onGo(path.slice(root.path.length + 1))} />
      )}
      {measure === "memory" ? (
        <p className="text-ink-3 text-xs">{t(map.from === "processes" ? "usageResident" : "usageGroups")}</p>
      ) : null}
    </section>
  );
}

interface AreasProps {
  map: Treemap;
  measure: Measure;
  onGo: (path: string) => void;
}

function Areas({ map, measure, onGo }: AreasProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const height = width < NARROW_PX ? NARROW_HEIGHT_PX : HEIGHT_PX;
  const areas = useMemo(() => layOut(map.root, width, height), [map, width, height]);
  return (
    <div
      ref={frame}
      className="relative w-full overflow-hidden rounded-lg bg-panel shadow-[inset_0_0_0_1px_var(--line-2)]"
      style={{ height }}
    >
      {width === 0
        ? null
        : areas.map((area) => (
            <Area key={area.data.key} area={area} measure={measure} onGo={onGo} topmost={area.data === map.root} />
          ))}
    </div>
  );
}

/** Squarified, with a head on each group for its name. */
function layOut(root: TreemapNode, width: number, height: number): HierarchyRectangularNode<TreemapNode>[] {
  const sized = hierarchy(root)
    .sum(({ value }) => value)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return treemap<TreemapNode>()
    .size([width, height])
    .paddingInner(GAP_PX)
    .paddingOuter(GAP_PX)
    .paddingTop(({ children }) => (children ? HEAD_PX : 0))
    .round(true)(sized)
    .descendants()
    .filter(({ x0, x1, y0, y1 }) => x1 - x0 > 1 && y1 - y0 > 1);
}

interface AreaProps {
  area: HierarchyRectangularNode<TreemapNode>;
  measure: Measure;
  topmost: boolean;
  onGo: (path: string) => void;
}

function Area({ area: { data, x0, x1, y0, y1, depth, children }, measure, topmost, onGo }: AreaProps) {
  const t = useTranslations("processes");
  const value = useValue(measure, totalOf(data));
  const label = data.kind === "rest" ? t("own") : data.label;
  const told = `${data.kind === "rest" ? t("ownOf", { name: data.label }) : data.label} · ${value}`;
  const roomy = x1 - x0 >= MIN_TEXT_WIDTH_PX && y1 - y0 >= MIN_TEXT_HEIGHT_PX;
  const place = { left: x0, top: y0, width: x1 - x0, height: y1 - y0 };
  if (children)
    return (
      <div
        className={cn(
          "absolute rounded-md",
          !topmost && "border border-line-2",
          !topmost && (depth % 2 === 0 ? "bg-panel" : "bg-stop-soft"),
        )}
        style={place}
      >
        <Head
          text={`${label} · ${value}`}
          go={topmost ? null : () => onGo(data.path)}
          goText={t("zoomTo", { name: label })}
        />
      </div>
    );
  return (
    <div
      title={told}
      className={cn(
        "absolute overflow-hidden rounded-sm border text-xs",
        data.kind === "rest" ? "border-line-2 border-dashed bg-panel" : "border-accent/35 bg-accent-soft",
      )}
      style={place}
    >
      {roomy ? (
        <p className="truncate px-1.5 py-0.5">
          <span className="font-mono">{label}</span> <span className="text-ink-2">{value}</span>
        </p>
      ) : (
        <span className="sr-only">{told}</span>
      )}
    </div>
  );
}

function Head({ text, go, goText }: { text: string; go: (() => void) | null; goText: string }) {
  const look = "block h-[18px] w-full truncate px-1.5 text-left text-ink-2 text-xs leading-[18px]";
  if (go === null) return <p className={look}>{text}</p>;
  return (
    <button
      type="button"
      title={goText}
      className={cn(look, "-outline-offset-2 hover:text-ink hover:underline")}
      onClick={go}
    >
      {text}
    </button>
  );
}

function useValue(measure: Measure, value: number): string {
  const locale = useLocale();
  if (measure === "memory") return formatBytes(value, locale);
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(value / 100);
}
