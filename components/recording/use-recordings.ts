"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { useState } from "react";

import type { Recording } from "@/lib/recording";
import { useTRPC } from "@/lib/trpc/client";
import { useMay, useSignedIn } from "../shell/use-me";

interface Recordings {
  /** Newest first; null until they are known. */
  recordings: Recording[] | null;
  error: unknown;
  retry: () => void;
}

/** Every recording of the host, live. */
export function useRecordings(): Recordings {
  const trpc = useTRPC();
  const allowed = useMay("operator");
  const signedIn = useSignedIn();
  const [recordings, setRecordings] = useState<Recording[] | null>(null);
  const { error, reset } = useSubscription(
    trpc.recordings.watch.subscriptionOptions(undefined, { enabled: allowed && signedIn, onData: setRecordings }),
  );
  return { recordings, error, retry: reset };
}
