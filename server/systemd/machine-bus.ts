import type { Logger } from "pino";

import { AppError } from "@/lib/errors";
import { Bus } from "./bus";
import { inspectInit } from "./leader";
import { type Bridge, openBridge } from "./stdio-bridge";

const MAX_OPEN = 64;
/** Somebody who goes from tab to tab, or reloads, finds the connection still there. */
const IDLE_MS = 15_000;
/** How long a bridge that did not get through may take to say why. */
const COMPLAINT_MS = 1000;

/** Why a machine's own bus cannot be had; `booting` passes by itself. */
export type BusRefusal = "vm" | "no-systemd" | "no-dbus" | "booting" | "too-many";

/** One boot of a machine: after a restart it has another leader, and another bus. */
export interface MachineRef {
  name: string;
  leaderPid: number;
}

/** A share in a machine's connection. */
export interface BusLease {
  bus: Bus;
  /** Gives the share back; the last one closes the connection a little later. */
  release(): void;
}

export interface MachineBuses {
  /** How many connections are open or being opened. */
  readonly size: number;
  /** Errors: PRECONDITION with a BusRefusal as its reason; UNAVAILABLE while it is "booting", or where "too-many" are watched. */
  acquire(machine: MachineRef): Promise<BusLease>;
  /** The machine has gone: its connection is closed now. */
  drop(name: string): void;
  close(): void;
}

interface Entry {
  machine: MachineRef;
  opening: Promise<OpenBus>;
  users: number;
  /** Set while nobody uses it. */
  idle: NodeJS.Timeout | undefined;
}

interface OpenBus {
  bus: Bus;
  close(): void;
}

/** One connection a machine into its own system bus: opened for the first who asks, shared, closed soon after the last has gone. */
export function createMachineBuses(
  log: Logger,
  { maxOpen = MAX_OPEN, idleMs = IDLE_MS }: { maxOpen?: number; idleMs?: number } = {},
): MachineBuses {
  const entries = new Map<string, Entry>();

  function remove(entry: Entry): void {
    clearTimeout(entry.idle);
    if (entries.get(entry.machine.name) === entry) entries.delete(entry.machine.name);
    void entry.opening.then(
      ({ close }) => close(),
      () => undefined,
    );
  }

  function makeRoom(): void {
    if (entries.size < maxOpen) return;
    const idle = [...entries.values()].find((entry) => entry.users === 0);
    if (!idle) {
      throw new AppError("UNAVAILABLE", `Machineroom already watches ${maxOpen} machines from the inside.`, {
        hint: "Close a page that shows another machine, then try again.",
        reason: "too-many" satisfies BusRefusal,
      });
    }
    remove(idle);
  }

  function open(machine: MachineRef): Entry {
    makeRoom();
    const entry: Entry = { machine, opening: connect(machine, log, () => remove(entry)), users: 0, idle: undefined };
    entries.set(machine.name, entry);
    entry.opening.catch(() => remove(entry));
    return entry;
  }

  function find(machine: MachineRef): Entry | undefined {
    const entry = entries.get(machine.name);
    if (entry && entry.machine.leaderPid !== machine.leaderPid) {
      remove(entry);
      return undefined;
    }
    return entry;
  }

  function release(entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0 || entries.get(entry.machine.name) !== entry) return;
    entry.idle = setTimeout(() => remove(entry), idleMs).unref();
  }

  return {
    get size() {
      return entries.size;
    },
    async acquire(machine) {
      const entry = find(machine) ?? open(machine);
      clearTimeout(entry.idle);
      entry.users += 1;
      let released = false;
      const releaseOnce = () => {
        if (!released) release(entry);
        released = true;
      };
      try {
        return { bus: (await entry.opening).bus, release: releaseOnce };
      } catch (error) {
        releaseOnce();
        throw error;
      }
    },
    drop(name) {
      const entry = entries.get(name);
      if (entry) remove(entry);
    },
    close() {
      for (const entry of [...entries.values()]) remove(entry);
    },
  };
}

async function connect(machine: MachineRef, log: Logger, onLost: () => void): Promise<OpenBus> {
  const bridge = await openBridge(machine.name);
  const bus = new Bus(bridge.address, log.child({ component: "machine-bus", machine: machine.name }), {
    reconnect: false,
    unreachable: () => cutOff(machine.name),
  });
  try {
    await bus.connect();
  } catch (error) {
    bus.close();
    bridge.close();
    throw await explain(machine, bridge, error);
  }
  bus.onState((connected) => {
    if (!connected) onLost();
  });
  return {
    bus,
    close() {
      bus.close();
      bridge.close();
    },
  };
}

function cutOff(name: string): AppError {
  return new AppError("UNAVAILABLE", `The connection into ${name} has ended.`, {
    hint: "It has stopped or restarted, or its D-Bus has. Try again in a moment.",
  });
}

/** Why the bridge did not get through, told by what runs in there rather than by its errno alone. */
async function explain({ name, leaderPid }: MachineRef, bridge: Bridge, cause: unknown): Promise<AppError> {
  const [init, complaint] = await Promise.all([inspectInit(leaderPid), complaintOf(bridge)]);
  const refuse = (reason: BusRefusal, message: string, hint: string) =>
    new AppError(reason === "booting" ? "UNAVAILABLE" : "PRECONDITION", message, { hint, reason, cause });
  // The leader went while the bridge was on its way: nothing can be said of what it was.
  if (init === null) return cutOff(name);
  if (init.young && !(init.systemd && init.dbus)) {
    return refuse("booting", `${name} has only just started.`, "Try again in a moment.");
  }
  if (!init.systemd) {
    const hint = "Machines started with --boot, or by machinectl start, run one and can be looked into.";
    return refuse("no-systemd", `${name} does not run systemd as its init.`, hint);
  }
  if (!init.dbus) {
    const hint = "Install dbus or dbus-broker in the machine, then start it again.";
    return refuse("no-dbus", `${name} has no D-Bus, and systemd inside cannot be asked without.`, hint);
  }
  if (/No such file|refused|Host is down|No such process/i.test(complaint) || complaint === "") {
    return refuse("booting", `${name} is still starting: its D-Bus does not answer yet.`, "Try again in a moment.");
  }
  return new AppError("UNAVAILABLE", `The bus of ${name} is not reachable: ${complaint}`, {
    hint: "Look at dbus.service inside the machine.",
    cause,
  });
}

async function complaintOf(bridge: Bridge): Promise<string> {
  const none = new Promise<string>((resolve) => setTimeout(resolve, COMPLAINT_MS, "").unref());
  return Promise.race([bridge.complaint(), none]);
}
