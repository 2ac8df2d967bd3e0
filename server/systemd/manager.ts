import { Variant } from "dbus-next";
import { z } from "zod";

import type { Bus } from "./bus";
import { isDbusError } from "./dbus-errors";
import { nothingSchema, propertiesOf, propertyOf, uint64Schema } from "./values";

const SYSTEMD1 = "org.freedesktop.systemd1";
const MANAGER = { destination: SYSTEMD1, path: "/org/freedesktop/systemd1", interface: `${SYSTEMD1}.Manager` };
const PROPERTIES = { destination: SYSTEMD1, interface: "org.freedesktop.DBus.Properties" };

export interface LoadedUnit {
  unit: string;
  loadState: string;
  activeState: string;
  subState: string;
  /** Type of the queued job ("start", "stop", …), null without one. */
  job: string | null;
  path: string;
}

export interface UnitState {
  loadState: string;
  activeState: string;
  subState: string;
  result: string | null;
  execMainStatus: number | null;
  changedAtUsec: bigint;
}

const pathReply = z.tuple([z.string()]).transform(([path]) => path);
const unitsReply = z
  .tuple([
    z.array(
      z.tuple([
        z.string(),
        z.string(),
        z.string(),
        z.string(),
        z.string(),
        z.string(),
        z.string(),
        z.number(),
        z.string(),
        z.string(),
      ]),
    ),
  ])
  .transform(([rows]) =>
    rows.map(
      ([unit, , loadState, activeState, subState, , path, jobId, jobType]): LoadedUnit => ({
        unit,
        loadState,
        activeState,
        subState,
        job: jobId === 0 ? null : jobType,
        path,
      }),
    ),
  );
const stringReply = z.tuple([z.string()]).transform(([text]) => text);
const stateReply = propertiesOf({
  LoadState: z.string(),
  ActiveState: z.string(),
  SubState: z.string(),
  StateChangeTimestamp: uint64Schema,
});
const serviceReply = propertiesOf({ Result: z.string(), ExecMainStatus: z.number() });
const versionReply = propertyOf(z.string());

/** PID 1's manager, org.freedesktop.systemd1(5). */
export class Manager {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Subscribe: without it PID 1 sends no signals. Once a connection; a second time is fine. */
  async subscribe(): Promise<void> {
    try {
      await this.#bus.call({ ...MANAGER, member: "Subscribe", reply: nothingSchema });
    } catch (error) {
      if (!isDbusError(error, `${SYSTEMD1}.AlreadySubscribed`)) throw error;
    }
  }

  /** The manager's Version, as systemctl --version prints it: "252 (252.39-1~deb12u2)" or "257.9". */
  version(): Promise<string> {
    return this.#bus.call({
      ...PROPERTIES,
      path: MANAGER.path,
      member: "Get",
      signature: "ss",
      body: [MANAGER.interface, "Version"],
      reply: versionReply,
    });
  }

  /** ListUnitsByPatterns: loaded units only, so asking loads nothing. */
  listUnits(patterns: string[]): Promise<LoadedUnit[]> {
    const call = {
      ...MANAGER,
      member: "ListUnitsByPatterns",
      signature: "asas",
      body: [[], patterns],
      reply: unitsReply,
    };
    return this.#bus.call(call);
  }

  /** StartUnit, mode "fail"; returns the job's object path as soon as systemd has accepted it. */
  start(unit: string): Promise<string> {
    return this.#bus.call({ ...MANAGER, member: "StartUnit", signature: "ss", body: [unit, "fail"], reply: pathReply });
  }

  /** StopUnit, mode "replace". */
  stop(unit: string): Promise<string> {
    return this.#bus.call({
      ...MANAGER,
      member: "StopUnit",
      signature: "ss",
      body: [unit, "replace"],
      reply: pathReply,
    });
  }

  /** ResetFailedUnit. */
  resetFailed(unit: string): Promise<void> {
    return this.#bus.call({
      ...MANAGER,
      member: "ResetFailedUnit",
      signature: "s",
      body: [unit],
      reply: nothingSchema,
    });
  }

  /** EnableUnitFiles then Reload. */
  async enable(units: string[]): Promise<void> {
    const body = [units, false, false];
    await this.#bus.call({ ...MANAGER, member: "EnableUnitFiles", signature: "asbb", body, reply: nothingSchema });
    await this.#reload();
  }

  /** DisableUnitFiles then Reload. */
  async disable(units: string[]): Promise<void> {
    const body = [units, false];
    await this.#bus.call({ ...MANAGER, member: "DisableUnitFiles", signature: "asb", body, reply: nothingSchema });
    await this.#reload();
  }

  /** GetUnitFileState: reads unit files, loads nothing. */
  unitFileState(unit: string): Promise<string> {
    return this.#bus.call({ ...MANAGER, member: "GetUnitFileState", signature: "s", body: [unit], reply: stringReply });
  }

  /** The state of a loaded unit. Only for units known to be loaded: asking for another loads and drops it, with signals. */
  async unitState(unit: string): Promise<UnitState> {
    const path = await this.#bus.call({
      ...MANAGER,
      member: "GetUnit",
      signature: "s",
      body: [unit],
      reply: pathReply,
    });
    const state = await this.#getAll(path, `${SYSTEMD1}.Unit`, stateReply);
    const service = unit.endsWith(".service") ? await this.#getAll(path, `${SYSTEMD1}.Service`, serviceReply) : null;
    return {
      loadState: state.LoadState,
      activeState: state.ActiveState,
      subState: state.SubState,
      result: service?.Result ?? null,
      execMainStatus: service?.ExecMainStatus ?? null,
      changedAtUsec: state.StateChangeTimestamp,
    };
  }

  /** StartTransientUnit of a service that runs `argv` once, collected when it ends. */
  startTransientService(options: {
    unit: string;
    description: string;
    argv: readonly string[];
    properties?: Record<string, Variant>;
  }): Promise<string> {
    const properties: Record<string, Variant> = {
      Description: new Variant("s", options.description),
      ExecStart: new Variant("a(sasb)", [[options.argv[0], options.argv, false]]),
      CollectMode: new Variant("s", "inactive-or-failed"),
      ...options.properties,
    };
    return this.#bus.call({
      ...MANAGER,
      member: "StartTransientUnit",
      signature: "ssa(sv)a(sa(sv))",
      body: [options.unit, "fail", Object.entries(properties), []],
      reply: pathReply,
    });
  }

  #reload(): Promise<void> {
    return this.#bus.call({ ...MANAGER, member: "Reload", reply: nothingSchema, timeoutMs: 60_000 });
  }

  #getAll<T>(path: string, iface: string, reply: z.ZodType<T>): Promise<T> {
    return this.#bus.call({ ...PROPERTIES, path, member: "GetAll", signature: "s", body: [iface], reply });
  }
}
