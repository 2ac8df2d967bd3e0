import { AppError } from "@/lib/errors";
import type { Machine } from "@/lib/machine";
import { isMachineName } from "@/lib/names";
import type { HostSystem } from "@/server/systemd/host-system";
import type { PoolImage, RegisteredMachine } from "@/server/systemd/machined";
import type { LoadedUnit } from "@/server/systemd/manager";
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

/** OS names are read once per boot and per image: the calls fork a child in machined. */
export class OsCache {
  readonly #known = new Map<string, Machine["os"]>();

  async read(key: string, load: () => Promise<Record<string, string>>): Promise<Machine["os"]> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const os = await load().then(toOs, () => null);
    if (os) this.#known.set(key, os);
    return os;
  }
}

/** Everything that is known of one name, beyond the listing. A machine that vanishes meanwhile is read as gone. */
export async function readParts(
  system: HostSystem,
  listing: Listing,
  name: string,
  osCache: OsCache,
): Promise<MachineParts> {
  const registered = listing.registered.get(name) ?? null;
  const image = listing.images.get(name) ?? null;
  const facts = registered ? await readFacts(system, name) : null;
  const unitName = facts?.unit || nspawnUnit(name);
  const unit = listing.units.get(unitName) ?? null;
  const [os, enabled, result] = await Promise.all([
    registered && facts
      ? osCache.read(`machine ${name} ${facts.leaderPid} ${facts.startedAt}`, () =>
          system.machined.machineOsRelease(name),
        )
      : image
        ? osCache.read(`image ${image.path} ${image.createdAt} ${image.modifiedAt}`, () =>
            system.machined.imageOsRelease(name),
          )
        : null,
    image && isMachineName(name) ? readEnabled(system, name) : null,
    unit?.activeState === "failed" ? readResult(system, unit.unit) : null,
  ]);
  return { name, registered: facts ? registered : null, facts, image, unit, os, enabled, result };
}

async function readFacts(system: HostSystem, name: string): Promise<RunningFacts | null> {
  try {
    const properties = await system.machined.machineProperties(name);
    const [addresses, uidShift] = await Promise.all([
      system.machined.machineAddresses(name).catch(() => []),
      system.machined.machineUidShift(name).catch(() => null),
    ]);
    return { ...properties, addresses: addresses.filter((address) => !address.startsWith("fe80:")), uidShift };
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
