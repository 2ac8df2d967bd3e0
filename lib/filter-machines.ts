import type { Machine, MachineState } from "./machine";
import { matchesWords } from "./match-words";

/** The order in which states are shown: what runs, what moves, what rests. */
export const STATE_ORDER = ["running", "starting", "stopping", "stopped", "failed"] as const satisfies MachineState[];

export const MACHINE_SORTS = ["name", "state", "uptime", "os", "address", "cpu", "memory", "boot"] as const;
export type MachineSort = (typeof MACHINE_SORTS)[number];

/** What of the list is shown, and in which order: the query of its address. */
export interface MachineQuery {
  text: string;
  state: MachineState | null;
  sort: MachineSort;
  descending: boolean;
}

export const WHOLE_LIST: MachineQuery = { text: "", state: null, sort: "name", descending: false };

/** Reads `?q=text&state=running&sort=-uptime`; what is not understood counts as not given. */
export function parseMachineQuery(params: URLSearchParams): MachineQuery {
  const order = params.get("sort") ?? "";
  const descending = order.startsWith("-");
  return {
    text: params.get("q") ?? "",
    state: STATE_ORDER.find((one) => one === params.get("state")) ?? null,
    sort: MACHINE_SORTS.find((one) => one === (descending ? order.slice(1) : order)) ?? WHOLE_LIST.sort,
    descending,
  };
}

/** The reverse; what is as usual is left out, so that the plain list has a plain address. */
export function formatMachineQuery({ text, state, sort, descending }: MachineQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (text !== "") params.set("q", text);
  if (state !== null) params.set("state", state);
  if (sort !== WHOLE_LIST.sort || descending) params.set("sort", `${descending ? "-" : ""}${sort}`);
  return params;
}

const collator = new Intl.Collator("en", { numeric: true });

/** The order of names for people: node-2 before node-10. */
export const compareNames = (a: string, b: string): number => collator.compare(a, b);

/** The machines in whose name, OS or addresses every word of the text occurs. */
export function filterMachines(machines: readonly Machine[], text: string): Machine[] {
  return machines.filter(({ name, os, addresses }) => matchesWords([name, os?.name, os?.version, ...addresses], text));
}

/** How many machines are in each state. */
export function countStates(machines: readonly Machine[]): Record<MachineState, number> {
  const counts: Record<MachineState, number> = { stopped: 0, starting: 0, running: 0, stopping: 0, failed: 0 };
  for (const { state } of machines) counts[state] += 1;
  return counts;
}
