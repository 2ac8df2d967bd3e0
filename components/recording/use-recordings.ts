"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { useState } from "react";

import type { Recording } from "@/lib/recording";
import { useTRPC } from "@/lib/trpc/client";
import { useMay, useSignedIn } from "../shell/use-me";

/** Every recording of the host, live, newest first; null until it is known. */
export function useRecordings(): { recordings: Recording[] | null; error: unknown } {
  const trpc = useTRPC();
  const allowed = useMay("operator");
  const signedIn = useSignedIn();
  const [recordings, setRecordings] = useState<Recording[] | null>(null);
  const { error } = useSubscription(
    trpc.recordings.watch.subscriptionOptions(undefined, { enabled: allowed && signedIn, onData: setRecordings }),
  );
  return { recordings, error };
}
