import { AppError } from "@/lib/errors";
import type { Machine } from "@/lib/machine";
import { isMachineName } from "@/lib/names";
import type { HostSystem } from "@/server/systemd/host-system";
import type { PoolImage, RegisteredMachine } from "@/server/systemd/machined";
import type { LoadedUnit } from "@/server/systemd/manager";
import type { LateReaders, Subject } from "./late-facts";
import { type MachineParts, nspawnUnit, type RunningFacts, toOs } from "./merge-machine";

/** Units of machines: of images, and the scopes of machines started by hand. */
const UNIT_PATTERNS = ["systemd-nspawn@*.service", "machine-*.scope"];

/** One look at everything that makes rows: three calls, whatever the number of machines. */
export interface Listing {
  registered: Map<string, RegisteredMachine>;
  images: Map<string, PoolImage>;
  units: Map<string, LoadedUnit>;
}

export async function readListing(system: HostSystem): Promise<Listing> {
  const [machines, images, units] = await Promise.all([
    system.machined.listMachines(),
    system.machined.listImages(),
    system.manager.listUnits(UNIT_PATTERNS),
  ]);
  return {
    registered: new Map(machines.map((machine) => [machine.name, machine])),
    images: new Map(images.map((image) => [image.name, image])),
    units: new Map(units.map((unit) => [unit.unit, unit])),
  };
}

/** What the listing says of a name, to tell whether it has changed; usage is left out, rows do not show it. */
export function listingKey(listing: Listing, name: string): string {
  const image = listing.images.get(name);
  const unit = listing.units.get(nspawnUnit(name));
  return JSON.stringify([listing.registered.get(name), image && { ...image, usageBytes: null }, unit]);
}

/** Everything that is known of one name beyond the listing and is quick to read. A machine that vanishes meanwhile is read as gone. */
export async function readParts(system: HostSystem, listing: Listing, name: string): Promise<MachineParts> {
  const registered = listing.registered.get(name) ?? null;
  const image = listing.images.get(name) ?? null;
  const [facts, imagePath, enabled] = await Promise.all([
    registered ? readFacts(system, registered) : null,
    image && !registered ? system.machined.imagePath(image.objectPath).catch(() => null) : null,
    image && isMachineName(name) ? readEnabled(system, name) : null,
  ]);
  const unit = listing.units.get(facts?.unit || nspawnUnit(name)) ?? null;
  const result = unit?.activeState === "failed" ? await readResult(system, unit.unit) : null;
  return { name, registered: facts ? registered : null, facts, image, imagePath, unit, enabled, result };
}

/** What late facts of this name are about. */
export function subjectOf({ facts, image }: MachineParts): Subject {
  return {
    boot: facts && `${facts.leaderPid} ${facts.startedAt}`,
    tree: image && `${image.objectPath} ${image.createdAt}`,
    leaderPid: facts?.leaderPid || null,
  };
}

export function lateReaders({ machined, addressMark }: HostSystem): LateReaders {
  return {
    os: async (name, running) =>
      toOs(await (running ? machined.machineOsRelease(name) : machined.imageOsRelease(name))),
    addresses: async (name) =>
      (await machined.machineAddresses(name))?.filter((address) => !address.startsWith("fe80:")) ?? null,
    addressMark,
  };
}

async function readFacts(system: HostSystem, { name, path }: RegisteredMachine): Promise<RunningFacts | null> {
  try {
    const [properties, uidShift] = await Promise.all([
      system.machined.machineProperties(path),
      system.machined.machineUidShift(name).catch(() => null),
    ]);
    return { ...properties, uidShift };
  } catch (error) {
    // Gone since it was listed. Anything else says nothing about the machine: the caller reads again.
    if (error instanceof AppError && error.code === "NOT_FOUND") return null;
    throw error;
  }
}

async function readEnabled(system: HostSystem, name: string): Promise<boolean | null> {
  const state = await system.manager.unitFileState(nspawnUnit(name)).catch(() => null);
  return state === null ? null : state.startsWith("enabled");
}

async function readResult(system: HostSystem, unit: string): Promise<Machine["result"]> {
  const state = await system.manager.unitState(unit).catch(() => null);
  if (!state) return null;
  const status = state.execMainStatus ? ` (exit status ${state.execMainStatus})` : "";
  return { code: state.result ?? "unknown", message: `${unit} failed: ${state.result ?? "unknown"}${status}` };
}
