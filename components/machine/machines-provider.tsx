"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

import type { Machine, MachineEvent } from "@/lib/machine";
import { useTRPC } from "@/lib/trpc/client";
import { useSignedIn } from "../shell/use-me";

/** `disconnected`: the api or its bus is away, and comes back by itself. `refused`: the api said no. */
export type MachinesLink = "connecting" | "live" | "disconnected" | "refused";

interface Machines {
  /** By name. Null until the first snapshot. */
  machines: ReadonlyMap<string, Machine> | null;
  link: MachinesLink;
  /** False while rows are only the last known. */
  live: boolean;
  /** Why the api refused. */
  error: unknown;
  /** Asks again after a refusal. */
  retry: () => void;
}

const MachinesContext = createContext<Machines>({
  machines: null,
  link: "connecting",
  live: false,
  error: null,
  retry: () => undefined,
});

/** Beside the rows, which change with every event. */
const LiveContext = createContext(false);

/** One subscription a page: a snapshot, then every change. It is opened once it is known that somebody is signed in. */
export function MachinesProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const signedIn = useSignedIn();
  const [machines, setMachines] = useState<Machines["machines"]>(null);
  const [connected, setConnected] = useState(false);
  const { status, error, reset } = useSubscription(
    trpc.machines.watch.subscriptionOptions(undefined, {
      enabled: signedIn,
      // What was true of the connection before says nothing of this one: its snapshot does.
      onStarted: () => setConnected(false),
      onData: (event) => {
        if (event.type === "snapshot" || event.type === "status") setConnected(event.connected);
        setMachines((known) => applyEvent(known, event));
      },
    }),
  );
  const link = linkOf({ status, connected, tried: machines !== null || error != null });
  useAskWhoIsSignedIn(link === "disconnected");
  const value = useMemo(
    () => ({ machines, link, live: link === "live", error: link === "refused" ? error : null, retry: reset }),
    [machines, link, error, reset],
  );
  return (
    <LiveContext value={value.live}>
      <MachinesContext value={value}>{children}</MachinesContext>
    </LiveContext>
  );
}

function linkOf({ status, connected, tried }: { status: string; connected: boolean; tried: boolean }): MachinesLink {
  if (status === "error") return "refused";
  if (status === "pending" && connected) return "live";
  return tried ? "disconnected" : "connecting";
}

/** A socket that is refused tells the browser no reason; it may be that the session has ended. */
function useAskWhoIsSignedIn(lost: boolean): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    if (lost) void queryClient.invalidateQueries(trpc.me.queryFilter());
  }, [lost, queryClient, trpc]);
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

/** Whether rows are true now. For what each row has: it is not drawn anew with every event of another. */
export function useLive(): boolean {
  return useContext(LiveContext);
}
