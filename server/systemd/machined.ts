import { z } from "zod";

import type { Bus } from "./bus";
import { isDbusError } from "./dbus-errors";
import { withinLimits } from "./deadline";
import { knownBytes, nothingSchema, propertiesOf, uint64Schema, usecToIso } from "./values";

const MACHINE1 = "org.freedesktop.machine1";
const MANAGER = { destination: MACHINE1, path: "/org/freedesktop/machine1", interface: `${MACHINE1}.Manager` };
const PROPERTIES = { destination: MACHINE1, interface: "org.freedesktop.DBus.Properties" };

/** SIGRTMIN+4: what machinectl poweroff sends to the leader; systemd as init powers off. */
const SIGRTMIN_PLUS_4 = 38;
const SIGINT = 2;
const MACHINE_COPY_REPLACE = 1n;

export interface RegisteredMachine {
  name: string;
  class: string;
  service: string;
  path: string;
}

export interface MachineDetails {
  /** The machine ID the registrar told, 32 hexadecimal digits; null where it told none. */
  id: string | null;
  /** The host's side of the machine's network interfaces. */
  interfaceIndexes: number[];
}

export interface PoolImage {
  name: string;
  type: string;
  readOnly: boolean;
  createdAt: string | null;
  modifiedAt: string | null;
  usageBytes: number | null;
  objectPath: string;
}

export interface Pool {
  /** Where machined puts images: /var/lib/machines. */
  path: string;
  usedBytes: number | null;
  limitBytes: number | null;
}

export interface MachineProperties {
  unit: string;
  leaderPid: number;
  rootDirectory: string;
  state: string;
  startedAt: string | null;
}

const machinesReply = z
  .tuple([z.array(z.tuple([z.string(), z.string(), z.string(), z.string()]))])
  .transform(([rows]) =>
    rows.map(
      ([name, machineClass, service, path]): RegisteredMachine => ({ name, class: machineClass, service, path }),
    ),
  );

const imagesReply = z
  .tuple([
    z.array(z.tuple([z.string(), z.string(), z.boolean(), uint64Schema, uint64Schema, uint64Schema, z.string()])),
  ])
  .transform(([rows]) =>
    rows.map(
      ([name, type, readOnly, created, modified, usage, objectPath]): PoolImage => ({
        name,
        type,
        readOnly,
        createdAt: usecToIso(created),
        modifiedAt: usecToIso(modified),
        usageBytes: knownBytes(usage),
        objectPath,
      }),
    ),
  );

const osReleaseReply = z.tuple([z.record(z.string(), z.string())]).transform(([fields]) => fields);
const machinePropertiesReply = propertiesOf({
  Unit: z.string(),
  Leader: z.number(),
  RootDirectory: z.string(),
  State: z.string(),
  Timestamp: uint64Schema,
});
const bytesSchema = z.union([z.instanceof(Buffer), z.array(z.number())]);
const objectPathReply = z.tuple([z.string()]).transform(([path]) => path);
const machineDetailsReply = propertiesOf({ Id: bytesSchema, NetworkInterfaces: z.array(z.number()) });
const poolReply = propertiesOf({ PoolPath: z.string(), PoolUsage: uint64Schema, PoolLimit: uint64Schema });
const imageReply = propertiesOf({ Path: z.string() });
const addressesReply = z
  .tuple([z.array(z.tuple([z.number(), bytesSchema]))])
  .transform(([rows]) => rows.map(([family, bytes]) => formatAddress(family, [...bytes])));
const uidShiftReply = z.tuple([z.number()]).transform(([shift]) => shift);

const AF_INET = 2;

/** An address of `a(iay)` as text; IPv6 in the short form of RFC 5952. */
export function formatAddress(family: number, bytes: number[]): string {
  if (family === AF_INET) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

/** systemd-machined's manager, org.freedesktop.machine1(5). */
export class Machined {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** ListMachines, `.host` left out. */
  async listMachines(): Promise<RegisteredMachine[]> {
    const rows = await this.#bus.call({ ...MANAGER, member: "ListMachines", reply: machinesReply });
    return rows.filter((row) => !row.name.startsWith("."));
  }

  /** ListImages, hidden ones left out as machinectl does without --all. */
  async listImages(): Promise<PoolImage[]> {
    const rows = await this.#bus.call({ ...MANAGER, member: "ListImages", reply: imagesReply });
    return rows.filter((row) => !row.name.startsWith("."));
  }

  /** Properties.GetAll of org.freedesktop.machine1.Machine at the object path ListMachines told. Errors: NOT_FOUND. */
  async machineProperties(path: string): Promise<MachineProperties> {
    const properties = await this.#bus.call({
      ...PROPERTIES,
      path,
      member: "GetAll",
      signature: "s",
      body: [`${MACHINE1}.Machine`],
      reply: machinePropertiesReply,
    });
    return {
      unit: properties.Unit,
      leaderPid: properties.Leader,
      rootDirectory: properties.RootDirectory,
      state: properties.State,
      startedAt: usecToIso(properties.Timestamp),
    };
  }

  /** Id and NetworkInterfaces of org.freedesktop.machine1.Machine, by GetMachine. Errors: NOT_FOUND. */
  async machineDetails(name: string): Promise<MachineDetails> {
    const path = await this.#bus.call({
      ...MANAGER,
      member: "GetMachine",
      signature: "s",
      body: [name],
      reply: objectPathReply,
    });
    const { Id, NetworkInterfaces } = await this.#bus.call({
      ...PROPERTIES,
      path,
      member: "GetAll",
      signature: "s",
      body: [`${MACHINE1}.Machine`],
      reply: machineDetailsReply,
    });
    const id = Buffer.from(Id).toString("hex");
    return { id: /^0*$/.test(id) ? null : id, interfaceIndexes: NetworkInterfaces };
  }

  /** Path of org.freedesktop.machine1.Image: where the image is on disk. Errors: NOT_FOUND. */
  async imagePath(objectPath: string): Promise<string> {
    const properties = await this.#bus.call({
      ...PROPERTIES,
      path: objectPath,
      member: "GetAll",
      signature: "s",
      body: [`${MACHINE1}.Image`],
      reply: imageReply,
    });
    return properties.Path;
  }

  /** PoolPath, PoolUsage and PoolLimit of the manager: the sizes are null where the pool is no btrfs with quotas. */
  async pool(): Promise<Pool> {
    const properties = await this.#bus.call({
      ...PROPERTIES,
      path: MANAGER.path,
      member: "GetAll",
      signature: "s",
      body: [MANAGER.interface],
      reply: poolReply,
    });
    return {
      path: properties.PoolPath,
      usedBytes: knownBytes(properties.PoolUsage),
      limitBytes: knownBytes(properties.PoolLimit),
    };
  }

  /** GetMachineOSRelease: the fields of os-release(5) inside a running machine. */
  machineOsRelease(name: string): Promise<Record<string, string>> {
    return this.#bus.call({
      ...MANAGER,
      member: "GetMachineOSRelease",
      signature: "s",
      body: [name],
      reply: osReleaseReply,
    });
  }

  /** GetImageOSRelease: the same of an image that does not run. Errors: CONFLICT while it runs. */
  imageOsRelease(name: string): Promise<Record<string, string>> {
    return this.#bus.call({
      ...MANAGER,
      member: "GetImageOSRelease",
      signature: "s",
      body: [name],
      reply: osReleaseReply,
    });
  }

  /** GetMachineAddresses; null for a machine on the host's network, which has none of its own. */
  async machineAddresses(name: string): Promise<string[] | null> {
    try {
      const call = { ...MANAGER, member: "GetMachineAddresses", signature: "s", body: [name], reply: addressesReply };
      return await this.#bus.call(call);
    } catch (error) {
      if (isDbusError(error, `${MACHINE1}.NoPrivateNetworking`)) return null;
      throw error;
    }
  }

  /** GetMachineUIDShift: 0 without user namespacing. */
  machineUidShift(name: string): Promise<number> {
    return this.#bus.call({
      ...MANAGER,
      member: "GetMachineUIDShift",
      signature: "s",
      body: [name],
      reply: uidShiftReply,
    });
  }

  /** TerminateMachine. */
  terminate(name: string): Promise<void> {
    return this.#bus.call({
      ...MANAGER,
      member: "TerminateMachine",
      signature: "s",
      body: [name],
      reply: nothingSchema,
    });
  }

  /** KillMachine: `whom` "leader" or "all". */
  kill(name: string, whom: "leader" | "all", signal: number): Promise<void> {
    const call = {
      ...MANAGER,
      member: "KillMachine",
      signature: "ssi",
      body: [name, whom, signal],
      reply: nothingSchema,
    };
    return this.#bus.call(call);
  }

  /** BindMountMachine: into a running machine, until it stops. Errors: PRECONDITION (user namespacing), NOT_FOUND, INVALID. */
  bindMount(options: {
    name: string;
    source: string;
    destination: string;
    readOnly: boolean;
    mkdir: boolean;
  }): Promise<void> {
    const { name, source, destination, readOnly, mkdir } = options;
    const body = [name, source, destination, readOnly, mkdir];
    return this.#bus.call({ ...MANAGER, member: "BindMountMachine", signature: "sssbb", body, reply: nothingSchema });
  }

  /** CopyToMachineWithFlags or CopyFromMachineWithFlags. The reply comes when everything is copied. */
  copy(options: {
    direction: "to" | "from";
    name: string;
    source: string;
    destination: string;
    replace: boolean;
    timeoutMs: number;
    signal?: AbortSignal;
  }): Promise<void> {
    const { direction, name, source, destination, replace, timeoutMs, signal } = options;
    const call = {
      ...MANAGER,
      member: direction === "to" ? "CopyToMachineWithFlags" : "CopyFromMachineWithFlags",
      signature: "ssst",
      body: [name, source, destination, replace ? MACHINE_COPY_REPLACE : 0n],
      reply: nothingSchema,
    };
    // Without a time-out it waits among the bus's long calls, where it keeps no quick one from its turn.
    return withinLimits(call.member, { timeoutMs, signals: [signal] }, (inner) =>
      this.#bus.call({ ...call, timeoutMs: 0, signal: inner }),
    );
  }

  /** What machinectl poweroff does: SIGRTMIN+4 to the leader. */
  powerOff(name: string): Promise<void> {
    return this.kill(name, "leader", SIGRTMIN_PLUS_4);
  }

  /** What machinectl reboot does: SIGINT to the leader. */
  reboot(name: string): Promise<void> {
    return this.kill(name, "leader", SIGINT);
  }
}
