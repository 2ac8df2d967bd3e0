"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useEffect, useState } from "react";

import type { BootEvent, BootHistoryRow, BootTimeline, ChainEntry, UnitRelations } from "@/lib/boot";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { failureOf } from "@/lib/trpc/failure-of";
import type { MachineLink } from "@/lib/units";
import { useSignedIn } from "../shell/use-me";

export type BootState =
  | { is: "unknown" }
  | { is: "unreachable"; link: MachineLink }
  | (Extract<BootEvent, { type: "booting" }> & { is: "booting" })
  | { is: "finished"; bootId: string | null };

export interface Boot {
  state: BootState;
  /** The api said no. */
  error: unknown;
  retry: () => void;
}

/** How a machine's boot gets on, live. */
export function useBoot(name: string): Boot {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const enabled = useSignedIn();
  const [state, setState] = useState<BootState>({ is: "unknown" });
  const onData = (event: BootEvent) => {
    setState((before) => nextState(before, event));
    // What was read before may have changed, also while this page was cut off.
    if (event.type === "changed" || event.type === "finished")
      for (const read of ["boot.timeline", "boot.criticalChain"])
        void queries.invalidateQueries({ queryKey: [read, name] });
  };
  const { status, error, reset } = useSubscription(trpc.boot.watch.subscriptionOptions({ name }, { enabled, onData }));
  return { state, error: status === "error" ? error : null, retry: reset };
}

function nextState(before: BootState, event: BootEvent): BootState {
  if (event.type === "changed") return before;
  if (event.type === "booting") return { is: "booting", ...event };
  if (event.type === "finished") return { is: "finished", bootId: event.bootId };
  if (event.link !== "connected") return { is: "unreachable", link: event };
  // A page that was cut off hears this again, and next which boot it is: until then it keeps what it shows.
  return before.is === "unreachable" ? { is: "unknown" } : before;
}

/** One finished boot: what was read of another is never shown for it. */
export interface BootRef {
  name: string;
  bootId: string | null;
}

/** All of a finished boot that the views are drawn from. */
export function useTimeline({ name, bootId }: BootRef) {
  const client = useTRPCClient();
  return useQuery<BootTimeline>({
    queryKey: ["boot.timeline", name, bootId],
    queryFn: ({ signal }) => client.boot.timeline.query({ name }, { signal }),
    refetchOnMount: "always",
  });
}

/** What a unit waited for; null: the boot's own target. */
export function useChain({ name, bootId }: BootRef, unit: string | null) {
  const client = useTRPCClient();
  return useQuery<ChainEntry>({
    queryKey: ["boot.criticalChain", name, bootId, unit],
    queryFn: ({ signal }) => client.boot.criticalChain.query(unit === null ? { name } : { name, unit }, { signal }),
    retry: false,
  });
}

/** A pointer on its way passes over many units. */
const SETTLE_MS = 120;

/** The ties of the unit that is looked at; undefined until they are known. */
export function useRelations({ name, bootId }: BootRef, unit: string | null): UnitRelations | undefined {
  const client = useTRPCClient();
  const [settled, setSettled] = useState(unit);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(unit), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [unit]);
  const relations = useQuery<UnitRelations>({
    queryKey: ["boot.dependencies", name, bootId, settled],
    queryFn: ({ signal }) => client.boot.dependencies.query({ name, unit: settled ?? "" }, { signal }),
    enabled: settled !== null && settled === unit,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return settled === unit ? relations.data : undefined;
}

/** The recorded boots, newest first; read again whenever one was written down. */
export function useHistory(name: string) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const enabled = useSignedIn();
  const history = useQuery({ ...trpc.boot.history.queryOptions({ name }), refetchOnMount: "always" });
  const again = () => void queries.invalidateQueries(trpc.boot.history.queryFilter({ name }));
  // What was written between the first answer and the subscription is read when that begins.
  const watch = useSubscription(
    trpc.boot.historyWatch.subscriptionOptions({ name }, { enabled, onStarted: again, onData: again }),
  );
  const rows: readonly BootHistoryRow[] | undefined = history.data;
  return { rows, ...failureOf(history, watch) };
}
