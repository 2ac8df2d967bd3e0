"use client";

import type { Machine } from "@/lib/machine";
import { PageHeader } from "../shell/page-header";
import { PageActions } from "./page-actions";
import { StateBadge } from "./state-badge";

/** The machine's name and state, what tells it from its neighbours, and the next sensible actions. */
export function MachineHeader({ machine }: { machine: Machine }) {
  const { name, state, os, addresses, since, stateSince } = machine;
  const facts = [os && [os.name, os.version].filter(Boolean).join(" "), addresses[0]].filter(Boolean);
  return (
    <>
      <PageHeader title={<span className="font-mono [overflow-wrap:anywhere]">{name}</span>} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <StateBadge state={state} since={state === "running" ? since : stateSince} />
        <span className="text-ink-3">{facts.join(" · ")}</span>
        <PageActions machine={machine} />
      </div>
    </>
  );
}
