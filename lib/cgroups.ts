import type { CgroupAccounting } from "./cgroup-accounting";
import type { MachineLink } from "./units";

/** A process of a machine, as the host sees it. */
export interface CgroupProcess {
  /** On the host. */
  pid: number;
  /** Inside the machine; null where it runs outside of the machine's PID namespace, as systemd-nspawn itself does. */
  machinePid: number | null;
  /** By the machine's own names for what runs inside, by the host's for the rest; a number where it has no name. */
  user: string;
  /** Its command line, or [its name] where it has none. */
  command: string;
  /** proc_pid_stat(5): "R", "S", "D", "Z", "T" … */
  state: string;
  /** When it was started, in clock ticks since the host's boot: with the PID it names this process and no later one. */
  startTicks: number;
  /** Of one core, since the sample before; null without one. */
  cpuPercent: number | null;
  /** What of it is in memory; pages that processes share count for each. */
  residentBytes: number;
}

/** One control group of a machine, with all below it. Figures are null where the host does not account them. */
export interface Cgroup extends CgroupAccounting {
  /** On the host, as systemd's ControlGroup has it. */
  path: string;
  /** Its last part, as systemd-cgls prints it. */
  name: string;
  /** The unit of the machine's systemd (of the host's, for the topmost) whose group this is; null for what a unit, or the machine's manager, made itself. */
  unit: string | null;
  /** Delegate= leaves what is below to the unit itself: what systemd-cgls marks with an ellipsis. False, too, while nobody can be asked. */
  delegated: boolean;
  controllers: string[];
  /** Of one core, since the sample before; null without one. */
  cpuPercent: number | null;
  /** Where CPU time comes from; "processes": the host accounts none for groups, and it is the sum over the processes that were there both times. */
  cpuFrom: "cgroup" | "processes";
  processes: CgroupProcess[];
  /** Processes that are there but not told, because the tree is too large. */
  omittedProcesses: number;
  children: Cgroup[];
  /** The same of groups. */
  omittedChildren: number;
}

/** What `cgroups.watch` sends: how the machine can be looked at, and while it runs its tree. */
export type CgroupsEvent = MachineLink | CgroupSample;
export interface CgroupSample extends Cgroup {
  type: "tree";
  /** When it was read, ISO-8601. */
  at: string;
  /** What the machine's manager itself is in: below it are the machine's own groups. */
  payload: string;
}

export const MIN_INTERVAL_MS = 500;
export const MAX_INTERVAL_MS = 60_000;
export const DEFAULT_INTERVAL_MS = 1000;

/** What a signal is sent to. */
export type SignalTarget = { unit: string } | { path: string } | { pid: number; startTicks?: number | undefined };

/** Command lines of the Processes tab, as argv. */
export const cgroupCommands = {
  tree: (machine: string) => ["systemd-cgls", "-M", machine],
  killUnit: (machine: string, unit: string, signal: string | number) => [
    "systemctl",
    "-M",
    machine,
    "kill",
    `--signal=${signal}`,
    unit,
  ],
  /** kill(1) on the host. */
  killProcesses: (pids: readonly number[], signal: string | number) => [
    "kill",
    "-s",
    String(signal).replace(/^SIG/, ""),
    ...pids.map(String),
  ],
} as const;

/** Every process of a group and of those below it, in the order of the tree. */
export function processesOf(cgroup: Cgroup): CgroupProcess[] {
  return [...cgroup.processes, ...cgroup.children.flatMap(processesOf)];
}
