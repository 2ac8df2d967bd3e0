import type { Machine } from "./machine";

/** What is done to a machine as a whole; each is a procedure of that name and a subcommand of machinectl. */
export const MACHINE_VERBS = ["start", "poweroff", "reboot", "terminate", "enable", "disable"] as const;
export type MachineVerb = (typeof MACHINE_VERBS)[number];

/** Whether the verb makes sense in the machine's present state. The server decides; this keeps buttons honest. */
export function mayApply(verb: MachineVerb, { state, image, service, enabled }: Machine): boolean {
  switch (verb) {
    case "start":
      return image !== null && (state === "stopped" || state === "failed");
    case "poweroff":
    case "reboot":
      return state === "running";
    case "terminate":
      // Also one that hangs on its way up or down: that is what it is for.
      return service !== null;
    case "enable":
      return image !== null && enabled === false;
    case "disable":
      return image !== null && enabled === true;
  }
}
