import { scaleLinear } from "d3-scale";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

import type { PlotRow } from "@/lib/boot-graph";
import type { Marker, Span } from "@/lib/boot-plot";
import {
  AXIS_PX,
  type ManagerSpans,
  type Palette,
  PlotAxis,
  PlotGrid,
  type PlotLayout,
  PlotRowDrawing,
  plotRange,
} from "./plot-drawing";

export interface PlotExport {
  title: string;
  rows: readonly PlotRow[];
  seen: Span;
  markers: readonly Marker[];
  target: string;
  manager: ManagerSpans;
  critical: ReadonlySet<string>;
  failed: ReadonlySet<string>;
}

const WIDTH = 1200;
const LABEL_PX = 300;
const ROW_PX = 22;
const TITLE_PX = 36;
const MARGIN = 16;
/** Of a PNG, for screens that have two pixels where others have one. */
const SCALE = 2;
/** No browser draws larger. */
const MAX_CANVAS_PX = 16_000;

/** A file is looked at on white, wherever it is opened. */
const FILE_PALETTE: Palette = {
  ink: "#4c5560",
  faint: "#626c78",
  line: "#e4e7eb",
  activating: "#c48a12",
  active: "#b4d7d5",
  deactivating: "#8b95a0",
  generators: "#c48a12",
  unitsLoad: "#0e7c78",
  critical: "#b62f26",
  failed: "#b62f26",
  ground: "#ffffff",
  mono: "JetBrains Mono, ui-monospace, Menlo, Consolas, monospace",
};

/** The plot as a file of its own: every row, also those that are scrolled away. */
export function plotToSvg(plot: PlotExport): { text: string; width: number; height: number } {
  const height = TITLE_PX + AXIS_PX + plot.rows.length * ROW_PX + 2 * MARGIN;
  const host = document.createElement("div");
  const root = createRoot(host);
  flushSync(() => root.render(<PlotFile plot={plot} height={height} />));
  const svg = host.querySelector("svg");
  const text = svg ? new XMLSerializer().serializeToString(svg) : "";
  root.unmount();
  return { text: `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`, width: WIDTH, height };
}

function PlotFile({ plot, height }: { plot: PlotExport; height: number }) {
  const { title, rows, seen, markers, target, manager, critical, failed } = plot;
  const inner = WIDTH - 2 * MARGIN;
  const range = plotRange({ width: inner, labelPx: LABEL_PX });
  const layout: PlotLayout = {
    width: inner,
    labelPx: LABEL_PX,
    rowPx: ROW_PX,
    x: scaleLinear().domain(seen).range(range),
  };
  const palette = FILE_PALETTE;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={WIDTH}
      height={height}
      viewBox={`${-MARGIN} ${-MARGIN} ${WIDTH} ${height}`}
    >
      <title>{title}</title>
      <rect x={-MARGIN} y={-MARGIN} width={WIDTH} height={height} fill={FILE_PALETTE.ground} />
      <text x={8} y={16} fontSize={14} fontWeight={600} fontFamily="Inter, system-ui, sans-serif" fill="#16191d">
        {title}
      </text>
      <g transform={`translate(0 ${TITLE_PX})`}>
        <PlotAxis layout={layout} markers={markers} target={target} manager={manager} palette={palette} />
      </g>
      <g transform={`translate(0 ${TITLE_PX + AXIS_PX})`}>
        <PlotGrid layout={layout} markers={markers} height={rows.length * ROW_PX} palette={palette} />
        {rows.map((row, index) => (
          <PlotRowDrawing
            key={row.unit}
            row={row}
            y={index * ROW_PX}
            layout={layout}
            palette={palette}
            critical={critical.has(row.unit)}
            failed={failed.has(row.unit)}
            dim={false}
          />
        ))}
      </g>
    </svg>
  );
}

export function downloadSvg(plot: PlotExport, fileName: string): void {
  save(new Blob([plotToSvg(plot).text], { type: "image/svg+xml" }), `${fileName}.svg`);
}

/** Rejects where the browser cannot draw it. */
export async function downloadPng(plot: PlotExport, fileName: string): Promise<void> {
  const { text, width, height } = plotToSvg(plot);
  const scale = Math.min(SCALE, MAX_CANVAS_PX / height);
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) throw new Error("the browser made no PNG of the plot");
    save(blob, `${fileName}.png`);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Long enough for any browser to have begun. */
const REVOKE_AFTER_MS = 60_000;

function save(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
}
