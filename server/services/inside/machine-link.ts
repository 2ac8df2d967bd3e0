import { setTimeout as delay } from "node:timers/promises";

import { AppError } from "@/lib/errors";
import type { Machine } from "@/lib/machine";
import type { MachineLink } from "@/lib/units";
import type { BusRefusal, MachineRef } from "@/server/systemd/machine-bus";
import { MachineManager } from "@/server/systemd/machine-manager";
import type { Deps } from "../deps";
import { requireMachine, requireRunning } from "../machines/require-machine";
import { Bell } from "./bell";

export type LinkDeps = Pick<Deps, "world" | "system">;

/** While its D-Bus does not answer yet it is tried again after these; the last one repeats. */
const RETRY_DELAYS_MS = [100, 200, 400, 800, 1500, 3000];

/** A machine's PID 1 through its own bus, for as long as `task` runs. Errors: as requireRunning, and of MachineBuses.acquire. */
export async function withManager<T>(
  deps: LinkDeps,
  name: string,
  task: (manager: MachineManager, machine: MachineRef) => Promise<T>,
): Promise<T> {
  const machine = refOf(requireRunning(deps, name));
  const lease = await deps.system.machineBuses.acquire(machine);
  try {
    return await task(new MachineManager(lease.bus), machine);
  } finally {
    lease.release();
  }
}

/**
 * Waits while the bus of a machine that has only just started does not answer, at most so long. Whatever else is in the way is not
 * waited for: who asks next is told of it.
 */
export async function waitForBus(deps: LinkDeps, name: string, timeoutMs: number): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      return await withManager(deps, name, async () => undefined);
    } catch (error) {
      if (!(error instanceof AppError && error.reason === ("booting" satisfies BusRefusal))) return;
      await pause(retryDelay(attempt), signal);
    }
  }
}

function refOf({ name, class: machineClass, leaderPid }: Machine): MachineRef {
  if (machineClass === "vm") {
    throw new AppError("PRECONDITION", `${name} is a virtual machine: its systemd cannot be asked from the host.`, {
      hint: "Look into it over SSH, or through its console.",
      reason: "vm" satisfies BusRefusal,
    });
  }
  if (leaderPid === null) {
    throw new AppError("UNAVAILABLE", `${name} is only just starting.`, {
      hint: "Try again in a moment.",
      reason: "booting" satisfies BusRefusal,
    });
  }
  return { name, leaderPid };
}

export interface Session {
  manager: MachineManager;
  machine: MachineRef;
  /** Aborts when the connection has ended, or nobody listens any more. */
  signal: AbortSignal;
}

/**
 * Follows a machine through stops and starts: tells how it can be asked, and while it can, all that `session` tells. A session that
 * fails because its connection ended is begun again with the next; it should last until its signal aborts.
 */
export async function* followMachine<T>(
  deps: LinkDeps,
  name: string,
  signal: AbortSignal,
  session: (session: Session) => AsyncGenerator<T>,
): AsyncGenerator<T | MachineLink> {
  requireMachine(deps, name);
  const changed = new Bell();
  const unsubscribe = deps.world.subscribe(() => changed.ring());
  let told: string | null = null;
  let attempt = 0;
  const tell = function* (link: MachineLink) {
    if (told !== JSON.stringify(link)) yield link;
    told = JSON.stringify(link);
  };
  try {
    while (!signal.aborted) {
      if (!deps.world.connected) {
        // Nothing is known of it now; what was told stays the last known.
        await changed.wait(signal);
        continue;
      }
      const row = deps.world.machine(name);
      if (!row || row.service === null) {
        attempt = 0;
        yield* tell({ type: "link", link: "stopped" });
        await changed.wait(signal);
        continue;
      }
      try {
        const machine = refOf(row);
        const lease = await deps.system.machineBuses.acquire(machine);
        attempt = 0;
        yield* tell({ type: "link", link: "connected" });
        yield* hold(lease, machine, signal, session);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        yield* tell(linkOf(error));
        if (error.code === "UNAVAILABLE" || error.code === "TIMEOUT") {
          await pause(retryDelay(attempt), signal);
          attempt += 1;
        } else await otherLeader(deps, name, row.leaderPid, changed, signal);
      }
    }
  } finally {
    unsubscribe();
  }
}

async function* hold<T>(
  lease: Awaited<ReturnType<Deps["system"]["machineBuses"]["acquire"]>>,
  machine: MachineRef,
  signal: AbortSignal,
  session: (session: Session) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const ended = new AbortController();
  const end = () => ended.abort();
  const unwatch = lease.bus.onState((connected) => {
    if (!connected) end();
  });
  signal.addEventListener("abort", end);
  // It may have ended before anybody listened.
  if (signal.aborted || !lease.bus.connected) end();
  try {
    yield* session({ manager: new MachineManager(lease.bus), machine, signal: ended.signal });
  } finally {
    signal.removeEventListener("abort", end);
    unwatch();
    lease.release();
  }
}

function linkOf(error: AppError): MachineLink {
  const { reason = null, message, hint = null } = error;
  // Passes by itself, but not soon: a person has to know what it waits for.
  const crowded = reason === ("too-many" satisfies BusRefusal);
  if (!crowded && (error.code === "UNAVAILABLE" || error.code === "TIMEOUT"))
    return { type: "link", link: "connecting" };
  return { type: "link", link: "refused", reason, message, hint };
}

/** What refused once refuses until the machine has started again. */
async function otherLeader(
  deps: LinkDeps,
  name: string,
  leaderPid: number | null,
  changed: Bell,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && deps.world.machine(name)?.leaderPid === leaderPid) await changed.wait(signal);
}

function retryDelay(attempt: number): number {
  return RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)] ?? 1000;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
