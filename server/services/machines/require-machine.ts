import { AppError } from "@/lib/errors";
import type { Machine } from "@/lib/machine";
import type { Deps } from "../deps";

/** The row of a name. Errors: UNAVAILABLE while the host's bus is away, NOT_FOUND. */
export function requireMachine({ world }: Pick<Deps, "world">, name: string): Machine {
  requireHost(world);
  const machine = world.machine(name);
  if (!machine) {
    throw new AppError("NOT_FOUND", `There is no machine or image named ${name} on this host.`, {
      hint: "It may have been removed or renamed. Look at the list.",
    });
  }
  return machine;
}

/** Refuses to pass the last known rows off as live. */
export function requireHost(world: Deps["world"]): void {
  if (!world.connected) {
    throw new AppError("UNAVAILABLE", "The host's system bus is not reachable.", {
      hint: "Machineroom reconnects by itself. If this lasts, look at dbus and systemd-machined on the host.",
    });
  }
}

/** The row of a machine that runs. Errors: as above, and PRECONDITION. */
export function requireRunning(deps: Pick<Deps, "world">, name: string): Machine {
  const machine = requireMachine(deps, name);
  if (machine.service === null) {
    throw new AppError("PRECONDITION", `${name} is not running.`, { hint: "Start it first." });
  }
  return machine;
}
