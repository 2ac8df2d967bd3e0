import type { Logger } from "pino";

import { readAddressMark } from "./address-mark";
import { Bus } from "./bus";
import { type CgroupReader, createCgroupReader } from "./cgroup-reader";
import { type SignalMachine, signalGroup, signalProcess } from "./cgroup-signals";
import { Importd } from "./importd";
import { type JournalLine, type JournalQuery, readJournal } from "./journal";
import { interfaceNames, processName } from "./kernel-names";
import { createMachineBuses, type MachineBuses } from "./machine-bus";
import { Machined } from "./machined";
import { Manager } from "./manager";
import { type RunOptions, type RunResult, run } from "./process";
import { type Pty, type PtyOptions, spawnPty } from "./pty";
import { runTransient, type TransientOptions, type TransientResult } from "./run-transient";

const MACHINED_SIGNALS = "type='signal',sender='org.freedesktop.machine1',interface='org.freedesktop.machine1.Manager'";

/** Everything of the host that services may touch. */
export interface HostSystem {
  bus: Bus;
  machined: Machined;
  importd: Importd;
  manager: Manager;
  /** Connections into the machines' own buses. */
  machineBuses: MachineBuses;
  /** Trees of control groups. */
  cgroups: CgroupReader;
  signalProcess(
    machine: SignalMachine,
    process: { pid: number; startTicks?: number | undefined },
    signal: number,
  ): void;
  signalGroup(machine: SignalMachine, path: string, signal: number): number[];
  run(argv: readonly string[], options: RunOptions): Promise<RunResult>;
  runTransient(options: TransientOptions): Promise<TransientResult>;
  readJournal(query: JournalQuery): Promise<JournalLine[]>;
  interfaceNames(indexes: readonly number[]): Promise<string[]>;
  processName(pid: number): Promise<string | null>;
  addressMark(pid: number): string | null;
  spawnPty(argv: readonly string[], options: PtyOptions): Pty;
  close(): Promise<void>;
}

/** Connects to the system bus; returns also while the bus is away, and finds it when it comes. */
export async function connectHostSystem({ log }: { log: Logger }): Promise<HostSystem> {
  const address = process.env["DBUS_SYSTEM_BUS_ADDRESS"] ?? "unix:path=/run/dbus/system_bus_socket";
  const bus = new Bus(address, log.child({ component: "bus" }));
  const machineBuses = createMachineBuses(log);
  const cgroups = createCgroupReader(log);
  await bus.match(MACHINED_SIGNALS);
  bus.onSignal(({ interface: iface, member, body: [name] }) => {
    if (iface === "org.freedesktop.machine1.Manager" && member === "MachineRemoved" && typeof name === "string")
      machineBuses.drop(name);
  });
  await bus.connect();
  return {
    bus,
    machineBuses,
    machined: new Machined(bus),
    importd: new Importd(bus),
    manager: new Manager(bus),
    cgroups,
    signalProcess,
    signalGroup,
    run,
    runTransient,
    readJournal,
    interfaceNames,
    processName,
    addressMark: readAddressMark,
    spawnPty,
    close: async () => {
      machineBuses.close();
      bus.close();
      await cgroups.close();
    },
  };
}
