"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { useState } from "react";

import type { Build, BuildEvent } from "@/lib/build";
import { useTRPC } from "@/lib/trpc/client";
import { useSignedIn } from "../shell/use-me";

interface Builds {
  /** By id. Null until the first snapshot. */
  builds: ReadonlyMap<string, Build> | null;
  /** False while the connection is away: what is shown was true when it went. */
  live: boolean;
  error: unknown;
  retry: () => void;
}

/** The newest builds, or one build with its packages; and every change of them as it happens. */
export function useBuilds(id?: string): Builds {
  const trpc = useTRPC();
  const signedIn = useSignedIn();
  const [builds, setBuilds] = useState<Builds["builds"]>(null);
  const subscription = useSubscription(
    trpc.builds.watch.subscriptionOptions(id === undefined ? undefined : { id }, {
      enabled: signedIn,
      onData: (event) => setBuilds((known) => applyEvent(known, event)),
    }),
  );
  const { status, error, reset } = subscription;
  return { builds, live: status === "pending", error, retry: reset };
}

function applyEvent(known: Builds["builds"], event: BuildEvent): Builds["builds"] {
  if (event.type === "snapshot") return new Map(event.builds.map((build) => [build.id, build]));
  const next = new Map(known);
  if (event.type === "upsert") next.set(event.build.id, event.build);
  else next.delete(event.id);
  return next;
}
