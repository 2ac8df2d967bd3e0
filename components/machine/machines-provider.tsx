"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { createContext, type ReactNode, useContext, useState } from "react";

import type { Machine, MachineEvent } from "@/lib/machine";
import { useTRPC } from "@/lib/trpc/client";

interface Machines {
  /** Null until the first snapshot. */
  machines: ReadonlyMap<string, Machine> | null;
  /** False while the api or its bus is away: rows are then the last known. */
  live: boolean;
}

const MachinesContext = createContext<Machines>({ machines: null, live: false });

/** One subscription a page: a snapshot, then every change. */
export function MachinesProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const [machines, setMachines] = useState<Machines["machines"]>(null);
  const [connected, setConnected] = useState(false);
  const subscription = useSubscription(
    trpc.machines.watch.subscriptionOptions(undefined, {
      onData: (event) => {
        if (event.type === "snapshot" || event.type === "status") setConnected(event.connected);
        setMachines((known) => applyEvent(known, event));
      },
    }),
  );
  const live = connected && subscription.status === "pending";
  return <MachinesContext value={{ machines, live }}>{children}</MachinesContext>;
}

function applyEvent(known: Machines["machines"], event: MachineEvent): Machines["machines"] {
  if (event.type === "status") return known;
  if (event.type === "snapshot") return new Map(event.machines.map((machine) => [machine.name, machine]));
  const next = new Map(known);
  if (event.type === "upsert") next.set(event.machine.name, event.machine);
  else next.delete(event.name);
  return next;
}

export function useMachines(): Machines {
  return useContext(MachinesContext);
}
