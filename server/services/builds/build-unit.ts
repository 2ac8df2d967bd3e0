import { join } from "node:path";

import { AppError } from "@/lib/errors";
import { packageRoot } from "@/server/package-root";
import { isDbusError } from "@/server/systemd/dbus-errors";
import type { HostSystem } from "@/server/systemd/host-system";
import { serviceProperties } from "@/server/systemd/service-settings";

const UNIT = /^machineroom-build@([a-z0-9]{8,32})\.service$/;
/** Long enough to end pacman and to remove a big tree from a slow disk. */
const STOP_TIMEOUT_MS = 120_000;
const UNIT_EXISTS = "org.freedesktop.systemd1.UnitExists";

export interface UnitPlaces {
  dataDir: string;
  runtimeDir: string;
  /** bin/machineroom; of this installation by default. */
  program?: string | undefined;
}

export function buildUnit(id: string): string {
  return `machineroom-build@${id}.service`;
}

/** The build of a unit's name, null for any other unit. */
export function buildOfUnit(unit: string): string | null {
  return UNIT.exec(unit)?.[1] ?? null;
}

/** The node of this very process: another may be first in systemd's search path, or none. */
function builderCommand(id: string, places: UnitPlaces): string[] {
  return [process.execPath, places.program ?? join(packageRoot(), "bin/machineroom"), "builder", id];
}

/** Starts the builder in a unit of PID 1, which the end of the api does not touch. */
export async function startBuildUnit(system: HostSystem, id: string, name: string, places: UnitPlaces): Promise<void> {
  const argv = builderCommand(id, places);
  await system.manager.startTransientService({
    unit: buildUnit(id),
    description: `Machineroom: build of ${name}`,
    argv,
    properties: serviceProperties({ ...settings(places), privateMounts: true, execStopPost: [...argv, "--after"] }),
  });
}

/** Removes what a build left whose unit did not live to do so (the host went down). Where that is under way, it goes on. */
export async function startCleaningUnit(system: HostSystem, id: string, places: UnitPlaces): Promise<void> {
  const cleaning = system.manager.startTransientService({
    unit: `machineroom-build-clean@${id}.service`,
    description: `Machineroom: remove what build ${id} left`,
    argv: [...builderCommand(id, places), "--after"],
    properties: serviceProperties(settings(places)),
  });
  await cleaning.catch((error: unknown) => {
    if (!isDbusError(error, UNIT_EXISTS)) throw error;
  });
}

function settings(places: UnitPlaces) {
  return {
    environment: {
      NODE_ENV: "production",
      MACHINEROOM_DATA_DIR: places.dataDir,
      MACHINEROOM_RUNTIME_DIR: places.runtimeDir,
    },
    // The builder ends its command and cleans up itself; only what is left is killed.
    killMode: "mixed" as const,
    timeoutStopMs: STOP_TIMEOUT_MS,
  };
}

/** Whether systemd has the unit running, starting or stopping. */
export async function isUnitAlive(system: HostSystem, id: string): Promise<boolean> {
  const units = await system.manager.listUnits([buildUnit(id)]);
  return units.some((unit) => unit.job !== null || !["inactive", "failed"].includes(unit.activeState));
}

/**
 * Whether PID 1 may have done what it was asked for all the same: its answer did not come, or it knows the unit from an earlier
 * call whose answer did not. It takes calls one after the other, so that a look at the unit afterwards tells.
 */
export function mayHaveBeenHeard(error: unknown): boolean {
  if (isDbusError(error, UNIT_EXISTS)) return true;
  return error instanceof AppError && (error.code === "TIMEOUT" || error.code === "UNAVAILABLE");
}
