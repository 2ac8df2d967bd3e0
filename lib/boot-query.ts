import { unitNameSchema } from "./units";

export const BOOT_VIEWS = ["timeline", "blame", "chain", "history"] as const;

/** What of a boot is shown, as the page's address has it. */
export interface BootQuery {
  view: (typeof BOOT_VIEWS)[number];
  /** End of the critical chain; null: the boot's own target. */
  unit: string | null;
}

export function parseBootQuery(params: URLSearchParams): BootQuery {
  const unit = unitNameSchema.safeParse(params.get("unit"));
  return {
    view: BOOT_VIEWS.find((view) => view === params.get("view")) ?? "timeline",
    unit: unit.success ? unit.data : null,
  };
}

export function formatBootQuery({ view, unit }: BootQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (view !== "timeline") params.set("view", view);
  if (view === "chain" && unit !== null) params.set("unit", unit);
  return params;
}
