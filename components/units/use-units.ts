"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { useMemo, useState } from "react";

import { useTRPC } from "@/lib/trpc/client";
import { compareUnits, type MachineLink, type Unit, type UnitsEvent } from "@/lib/units";
import { useSignedIn } from "../shell/use-me";

export interface Units {
  /** Failed ones first. Null until they are known, or where the machine cannot be asked. */
  units: readonly Unit[] | null;
  link: MachineLink | null;
  error: unknown;
  retry: () => void;
}

interface Known {
  link: MachineLink | null;
  units: ReadonlyMap<string, Unit> | null;
}

/** The units of a machine, live, through stops and starts. */
export function useUnits(name: string): Units {
  const trpc = useTRPC();
  const enabled = useSignedIn();
  const [known, setKnown] = useState<Known>({ link: null, units: null });
  const { status, error, reset } = useSubscription(
    trpc.units.watch.subscriptionOptions(
      { name },
      { enabled, onData: (event) => setKnown((before) => applyEvent(before, event)) },
    ),
  );
  const units = useMemo(() => known.units && [...known.units.values()].sort(compareUnits), [known.units]);
  return { units, link: known.link, error: status === "error" ? error : null, retry: reset };
}

function applyEvent(known: Known, event: UnitsEvent): Known {
  if (event.type === "link") return { link: event, units: null };
  const units = new Map(event.type === "change" ? known.units : []);
  for (const unit of event.type === "change" ? event.upserts : event.units) units.set(unit.unit, unit);
  for (const unit of event.type === "change" ? event.removed : []) units.delete(unit);
  return { ...known, units };
}
