"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { useState } from "react";

import { type CgroupSample, type CgroupsEvent, DEFAULT_INTERVAL_MS } from "@/lib/cgroups";
import { useTRPC } from "@/lib/trpc/client";
import type { MachineLink } from "@/lib/units";
import { useSignedIn } from "../shell/use-me";

interface Known {
  sample: CgroupSample | null;
  link: MachineLink | null;
}

/** A machine's control groups and processes, every second, through stops and starts. The sample is null until there is one. */
export function useCgroups(name: string): Known & { error: unknown; retry: () => void } {
  const trpc = useTRPC();
  const enabled = useSignedIn();
  const [known, setKnown] = useState<Known>({ sample: null, link: null });
  const { status, error, reset } = useSubscription(
    trpc.cgroups.watch.subscriptionOptions(
      { name, intervalMs: DEFAULT_INTERVAL_MS },
      { enabled, onData: (event) => setKnown((before) => applyEvent(before, event)) },
    ),
  );
  return { ...known, error: status === "error" ? error : null, retry: reset };
}

function applyEvent(known: Known, event: CgroupsEvent): Known {
  return event.type === "link" ? { sample: null, link: event } : { ...known, sample: event };
}
