import { z } from "zod";

import type { ManagerStamps, UnitStamps } from "@/lib/boot-graph";
import type { UnitProperties } from "@/lib/units";
import type { Bus, BusSignal } from "./bus";
import { Manager } from "./manager";
import { nothingSchema, propertiesOf, propertyOf, uint64Schema, usecToIso } from "./values";

const SYSTEMD1 = "org.freedesktop.systemd1";
const UNIT = `${SYSTEMD1}.Unit`;
const MANAGER = { destination: SYSTEMD1, path: "/org/freedesktop/systemd1", interface: `${SYSTEMD1}.Manager` };
const PROPERTIES = { destination: SYSTEMD1, interface: "org.freedesktop.DBus.Properties" };
const MANAGER_SIGNALS = `type='signal',sender='${SYSTEMD1}',interface='${MANAGER.interface}'`;
const UNIT_CHANGES = `type='signal',sender='${SYSTEMD1}',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',arg0='${UNIT}'`;

/** A row of ListUnits. */
export interface UnitRow {
  unit: string;
  description: string;
  load: string;
  active: string;
  sub: string;
  /** Type of the queued job ("start", "stop", …), null without one. */
  job: string | null;
  path: string;
}

export interface Job {
  id: number;
  unit: string;
  type: string;
  /** "running", or "waiting" for others. */
  state: string;
}

export type Relation = "After" | "Before" | "Requires" | "Wants";

/** µs of CLOCK_MONOTONIC are far below 2^53. */
const usec = uint64Schema.transform(Number);
const text = z.string();
const texts = z.array(text);
const unitsReply = z
  .tuple([z.array(z.tuple([text, text, text, text, text, text, text, z.number(), text, text]))])
  .transform(([rows]) =>
    rows.map(
      ([unit, description, load, active, sub, , path, jobId, jobType]): UnitRow => ({
        unit,
        description,
        load,
        active,
        sub,
        job: jobId === 0 ? null : jobType,
        path,
      }),
    ),
  );
const jobsReply = z
  .tuple([z.array(z.tuple([z.number(), text, text, text, text, text]))])
  .transform(([rows]) => rows.map(([id, unit, type, state]): Job => ({ id, unit, type, state })));
const managerReply = propertiesOf({
  FirmwareTimestampMonotonic: usec,
  LoaderTimestampMonotonic: usec,
  InitRDTimestampMonotonic: usec,
  UserspaceTimestampMonotonic: usec,
  FinishTimestampMonotonic: usec,
  FinishTimestamp: uint64Schema,
  SecurityStartTimestampMonotonic: usec,
  GeneratorsStartTimestampMonotonic: usec,
  GeneratorsFinishTimestampMonotonic: usec,
  UnitsLoadStartTimestampMonotonic: usec,
  UnitsLoadFinishTimestampMonotonic: usec,
});
const stampsReply = propertiesOf({
  InactiveExitTimestampMonotonic: usec,
  ActiveEnterTimestampMonotonic: usec,
  ActiveExitTimestampMonotonic: usec,
  InactiveEnterTimestampMonotonic: usec,
});
const detailsReply = propertiesOf({
  Id: text,
  Description: text,
  LoadState: text,
  ActiveState: text,
  SubState: text,
  StateChangeTimestamp: uint64Schema,
  FragmentPath: text,
  DropInPaths: texts,
  UnitFileState: text,
  Documentation: texts,
  After: texts,
  Before: texts,
  Requires: texts,
  Wants: texts,
  RequiredBy: texts,
  WantedBy: texts,
});
const serviceReply = propertiesOf({
  MainPID: z.number(),
  Result: text,
  ExecMainStatus: z.number(),
  NRestarts: z.number(),
});

/** `unit_dbus_path_from_name()`: letters and digits stay (a leading digit does not), every other byte becomes `_xx`. */
export function unitPath(unit: string): string {
  const escaped = [...Buffer.from(unit, "utf8")].map((byte, index) => {
    const character = String.fromCharCode(byte);
    const kept = /[A-Za-z]/.test(character) || (index > 0 && /[0-9]/.test(character));
    return kept ? character : `_${byte.toString(16).padStart(2, "0")}`;
  });
  return `${MANAGER.path}/unit/${escaped.join("")}`;
}

/** PID 1 of a machine, asked through the machine's own bus: what systemctl and systemd-analyze ask it. */
export class MachineManager extends Manager {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    super(bus);
    this.#bus = bus;
  }

  /** ListUnits: every loaded unit. */
  listAllUnits(): Promise<UnitRow[]> {
    return this.#bus.call({ ...MANAGER, member: "ListUnits", reply: unitsReply });
  }

  /** ListJobs: what PID 1 has still to do. */
  listJobs(): Promise<Job[]> {
    return this.#bus.call({ ...MANAGER, member: "ListJobs", reply: jobsReply });
  }

  /** RestartUnit, mode "replace", as systemctl restart does. */
  async restart(unit: string): Promise<void> {
    await this.#job("RestartUnit", unit);
  }

  /** StartUnit, mode "replace", as systemctl start does. */
  async startReplacing(unit: string): Promise<void> {
    await this.#job("StartUnit", unit);
  }

  /** KillUnit of all its processes, as systemctl kill does. Errors: NOT_FOUND where it is not loaded, or nothing of it runs. */
  async kill(unit: string, signal: number): Promise<void> {
    const call = {
      ...MANAGER,
      member: "KillUnit",
      signature: "ssi",
      body: [unit, "all", signal],
      reply: nothingSchema,
    };
    await this.#bus.call(call);
  }

  /** The manager's times, raw; `finishedAt` is the end of the boot on the clock, null while it goes on. */
  async bootStamps(): Promise<ManagerStamps & { finishedAt: string | null }> {
    const found = await this.#getAll(MANAGER.path, MANAGER.interface, managerReply);
    return {
      firmware: found.FirmwareTimestampMonotonic,
      loader: found.LoaderTimestampMonotonic,
      initrd: found.InitRDTimestampMonotonic,
      userspace: found.UserspaceTimestampMonotonic,
      finish: found.FinishTimestampMonotonic,
      finishedAt: usecToIso(found.FinishTimestamp),
      securityStart: found.SecurityStartTimestampMonotonic,
      generatorsStart: found.GeneratorsStartTimestampMonotonic,
      generatorsFinish: found.GeneratorsFinishTimestampMonotonic,
      unitsLoadStart: found.UnitsLoadStartTimestampMonotonic,
      unitsLoadFinish: found.UnitsLoadFinishTimestampMonotonic,
    };
  }

  /**
   * The times of every unit that was ever started. Of what is not active now (half of all units) one property tells whether it ever
   * was; of the others GetAll is quicker than four times Get, whose cost is the messages and not their size.
   */
  async unitStamps(rows: readonly UnitRow[]): Promise<UnitStamps[]> {
    const read = await Promise.all(
      rows.map(async ({ unit, active, path }) => {
        const resting = active === "inactive" || active === "failed";
        if (resting && (await this.#get(path, "InactiveExitTimestampMonotonic", usec)) === 0) return null;
        const stamps = await this.#getAll(path, UNIT, stampsReply);
        return {
          unit,
          inactiveExit: stamps.InactiveExitTimestampMonotonic,
          activeEnter: stamps.ActiveEnterTimestampMonotonic,
          activeExit: stamps.ActiveExitTimestampMonotonic,
          inactiveEnter: stamps.InactiveEnterTimestampMonotonic,
        };
      }),
    );
    return read.filter((stamps) => stamps !== null);
  }

  /** A unit's true name: `default.target` → `graphical.target`. */
  unitId(unit: string): Promise<string> {
    return this.#get(unitPath(unit), "Id", text);
  }

  /** ActiveEnterTimestampMonotonic, raw; 0 where it never was. */
  activeEnter(unit: string): Promise<number> {
    return this.#get(unitPath(unit), "ActiveEnterTimestampMonotonic", usec);
  }

  /** Units of a dependency. Only of loaded units: asking for another loads it. */
  related(unit: string, relation: Relation): Promise<string[]> {
    return this.#get(unitPath(unit), relation, texts);
  }

  /** Delegate= of a service or scope. Only of loaded units, as related(). */
  delegate(unit: string): Promise<boolean> {
    const iface = `${SYSTEMD1}.${unit.endsWith(".scope") ? "Scope" : "Service"}`;
    return this.#get(unitPath(unit), "Delegate", z.boolean(), iface);
  }

  /** Errors: NOT_FOUND where no such unit is loaded. */
  async details(unit: string): Promise<UnitProperties> {
    const call = { ...MANAGER, member: "GetUnit", signature: "s", body: [unit] };
    const path = await this.#bus.call({ ...call, reply: z.tuple([text]).transform(([only]) => only) });
    const [found, service] = await Promise.all([
      this.#getAll(path, UNIT, detailsReply),
      unit.endsWith(".service") ? this.#getAll(path, `${SYSTEMD1}.Service`, serviceReply) : null,
    ]);
    return {
      unit: found.Id,
      description: found.Description,
      load: found.LoadState,
      active: found.ActiveState,
      sub: found.SubState,
      since: usecToIso(found.StateChangeTimestamp),
      fragmentPath: found.FragmentPath || null,
      dropInPaths: found.DropInPaths,
      unitFileState: found.UnitFileState || null,
      documentation: found.Documentation,
      after: found.After,
      before: found.Before,
      requires: found.Requires,
      wants: found.Wants,
      requiredBy: found.RequiredBy,
      wantedBy: found.WantedBy,
      mainPid: service?.MainPID || null,
      result: service?.Result ?? null,
      exitStatus: service ? service.ExecMainStatus : null,
      nRestarts: service?.NRestarts ?? null,
    };
  }

  /** Signals of jobs, units and the end of the boot; with `units` also of every change of a unit's state. Subscribes first. */
  async follow(listener: (signal: BusSignal) => void, { units }: { units: boolean }): Promise<() => void> {
    const stop = this.#bus.onSignal(listener);
    try {
      await this.#bus.match(MANAGER_SIGNALS);
      if (units) await this.#bus.match(UNIT_CHANGES);
      await this.subscribe();
      return stop;
    } catch (error) {
      stop();
      throw error;
    }
  }

  async #job(member: string, unit: string): Promise<void> {
    const reply = z.tuple([text]);
    await this.#bus.call({ ...MANAGER, member, signature: "ss", body: [unit, "replace"], reply });
  }

  #get<T>(path: string, property: string, value: z.ZodType<T>, iface = UNIT): Promise<T> {
    const call = { ...PROPERTIES, path, member: "Get", signature: "ss", body: [iface, property] };
    return this.#bus.call({ ...call, reply: propertyOf(value) });
  }

  #getAll<T>(path: string, iface: string, reply: z.ZodType<T>): Promise<T> {
    return this.#bus.call({ ...PROPERTIES, path, member: "GetAll", signature: "s", body: [iface], reply });
  }
}
