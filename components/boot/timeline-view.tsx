"use client";

import { Download, Maximize2, ZoomIn, ZoomOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";

import { type BootTimeline, fromTimelineUnit } from "@/lib/boot";
import { plotRows } from "@/lib/boot-graph";
import { type Span, targetMarkers, zoom } from "@/lib/boot-plot";
import { formatTimespan } from "@/lib/boot-timespan";
import { matchesWords } from "@/lib/match-words";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu";
import { EmptyState } from "../ui/empty-state";
import { tellFailure } from "../ui/failures";
import { FilterInput } from "../ui/filter-input";
import type { PlotExport } from "./export-plot";
import { PlotLegend } from "./plot-legend";
import { TimelineChart } from "./timeline-chart";
import { UnitTimesLine } from "./unit-times-line";
import { type BootRef, useRelations } from "./use-boot";

const ZOOM_STEP = 2;

/** `systemd-analyze plot`: a row a unit, with what it waited for where one is looked at. */
export function TimelineView({ boot, timeline }: { boot: BootRef; timeline: BootTimeline }) {
  const t = useTranslations("boot");
  const end = timeline.finishUsec ?? 0;
  const whole = useMemo<Span>(() => [0, Math.max(1, end)], [end]);
  const [seen, setSeen] = useState<Span>(whole);
  const [text, setText] = useState("");
  const [tookOnly, setTookOnly] = useState(false);
  const [hovered, setHovered] = useState<string | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const all = useMemo(() => plotRows(timeline.units.map(fromTimelineUnit), end), [timeline, end]);
  const rows = useMemo(
    () => all.filter(({ unit, took }) => matchesWords([unit], text) && (!tookOnly || took > 0)),
    [all, text, tookOnly],
  );
  const markers = useMemo(() => targetMarkers(all, timeline.target, end), [all, timeline.target, end]);
  const critical = useMemo(() => new Set(timeline.critical), [timeline]);
  const failed = useMemo(() => new Set(timeline.failedUnits), [timeline]);
  const active = hovered ?? selected;
  const relations = useRelations(boot, active);
  const title = `${boot.name} · ${t("startup", { time: formatTimespan(timeline.userspaceUsec ?? 0) })}`;
  const manager = useMemo(
    () => ({ finish: end, generators: timeline.generatorsUsec, unitsLoad: timeline.unitsLoadUsec }),
    [end, timeline],
  );
  const plot: PlotExport = { title, rows, seen, markers, target: timeline.target, manager, critical, failed };
  const zoomBy = (factor: number) => setSeen(zoom(seen, factor, (seen[0] + seen[1]) / 2, whole));
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <RowFilter text={text} onText={setText} tookOnly={tookOnly} onTookOnly={setTookOnly} />
        <div className="ml-auto flex items-center gap-1">
          <Button variant="icon" aria-label={t("zoomIn")} title={t("zoomIn")} onClick={() => zoomBy(ZOOM_STEP)}>
            <ZoomIn aria-hidden />
          </Button>
          <Button variant="icon" aria-label={t("zoomOut")} title={t("zoomOut")} onClick={() => zoomBy(1 / ZOOM_STEP)}>
            <ZoomOut aria-hidden />
          </Button>
          <Button variant="icon" aria-label={t("zoomFit")} title={t("zoomFit")} onClick={() => setSeen(whole)}>
            <Maximize2 aria-hidden />
          </Button>
          <ExportMenu plot={plot} fileName={`${boot.name}-boot`} />
        </div>
      </div>
      {rows.length === 0 ? (
        <EmptyState title={t("noUnitFits")}>
          <Button
            onClick={() => {
              setText("");
              setTookOnly(false);
            }}
          >
            {t("showAll")}
          </Button>
        </EmptyState>
      ) : (
        <div className="overflow-clip rounded-xl border bg-panel">
          <TimelineChart
            {...plot}
            whole={whole}
            onSeen={setSeen}
            active={active}
            relations={relations}
            selected={selected}
            onHover={setHovered}
            onSelect={setSelected}
          />
          <UnitTimesLine timeline={timeline} unit={active} relations={relations} />
        </div>
      )}
      <PlotLegend manager={manager} />
    </>
  );
}

interface RowFilterProps {
  text: string;
  onText: (text: string) => void;
  tookOnly: boolean;
  onTookOnly: (on: boolean) => void;
}

function RowFilter({ text, onText, tookOnly, onTookOnly }: RowFilterProps) {
  const t = useTranslations("boot");
  return (
    <search className="contents">
      <FilterInput label={t("filterUnits")} value={text} onChange={onText} />
      <span className="flex items-center gap-2 text-ink-2">
        <Checkbox
          id="boot-took-only"
          className="relative after:absolute after:-inset-3"
          checked={tookOnly}
          onCheckedChange={(on) => onTookOnly(on === true)}
        />
        <label htmlFor="boot-took-only">{t("tookOnly")}</label>
      </span>
    </search>
  );
}

function ExportMenu({ plot, fileName }: { plot: PlotExport; fileName: string }) {
  const t = useTranslations("boot");
  const run = async (format: "Svg" | "Png") => {
    try {
      const module = await import("./export-plot");
      await module[`download${format}`](plot, fileName);
    } catch (error) {
      tellFailure({ title: t("exportFailed"), detail: error instanceof Error ? error.message : null });
    }
  };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost">
          <Download aria-hidden />
          {t("export")}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => void run("Svg")}>SVG</DropdownMenuItem>
        <DropdownMenuItem onSelect={() => void run("Png")}>PNG</DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
