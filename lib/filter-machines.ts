import type { Machine, MachineState } from "./machine";

/** The machines whose name, OS or an address contains the text, in the given state. */
export function filterMachines(machines: Machine[], text: string, state: MachineState | null): Machine[] {
  const wanted = text.trim().toLowerCase();
  return machines.filter((machine) => {
    if (state !== null && machine.state !== state) return false;
    const words = [machine.name, machine.os?.name ?? "", machine.os?.version ?? "", ...machine.addresses];
    return wanted === "" || words.join("\n").toLowerCase().includes(wanted);
  });
}
