import type { Resource, UnaccountedReason } from "@/lib/cgroup-accounting";

/** The messages that name what a host may not account. */
export const FIGURES = {
  cpu: "missingOf.cpu",
  memory: "missingOf.memory",
  tasks: "missingOf.tasks",
  io: "missingOf.io",
  pressure: "missingOf.pressure",
} as const satisfies Record<Resource, string>;

/** The messages that tell why, and what would bring it. */
export const REASONS = {
  "not-enabled": "reason.not-enabled",
  "legacy-hierarchy": "reason.legacy-hierarchy",
  "no-controller": "reason.no-controller",
  "psi-off": "reason.psi-off",
} as const satisfies Record<UnaccountedReason, string>;

/** What switches the accounting of units on (systemd.resource-control(5)). */
export const SETTINGS: Record<Resource, string> = {
  cpu: "CPUAccounting=yes",
  memory: "MemoryAccounting=yes",
  tasks: "TasksAccounting=yes",
  io: "IOAccounting=yes",
  pressure: "cgroup.pressure=1",
};
