import type { UnitRisk } from "@/lib/units";

/** The messages of "units" that tell what an action may cost. */
export const RISKS = {
  bus: "risk.bus",
  network: "risk.network",
  login: "risk.login",
  everything: "risk.everything",
  machine: "risk.machine",
} as const satisfies Record<UnitRisk, string>;
