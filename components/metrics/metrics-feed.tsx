"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { useMemo } from "react";

import { useTRPC } from "@/lib/trpc/client";
import { useSignedIn } from "../shell/use-me";
import { ErrorState } from "../ui/error-state";
import { usePageVisible } from "../ui/use-page-visible";
import { liveMetrics } from "./live-metrics";

/** Listens to what one machine uses, or all of them, while it stands on a page that can be seen. Draws only why it hears no more. */
export function MetricsFeed({ name }: { name?: string }) {
  const trpc = useTRPC();
  const signedIn = useSignedIn();
  const visible = usePageVisible();
  const input = useMemo(() => (name === undefined ? {} : { names: [name] }), [name]);
  const { status, error, reset } = useSubscription(
    trpc.metrics.watch.subscriptionOptions(input, {
      enabled: signedIn && visible,
      onData: (tick) => liveMetrics.put(tick),
    }),
  );
  return status === "error" ? <ErrorState error={error} onRetry={reset} /> : null;
}
