"use client";

import { useEffect, useState } from "react";

import type { BuildLogLine } from "@/lib/build";
import { useTRPCClient } from "@/lib/trpc/client";

/** The page keeps this many lines; the whole log stays with the build. */
const MAX_LINES = 50_000;

interface LogState {
  /** The last of them, where there are too many. */
  lines: readonly BuildLogLine[];
  /** All of it was told, and the build has ended. */
  complete: boolean;
  /** Why no more of it is told; null while there is no problem. */
  error: unknown;
}

export interface BuildLogRead extends LogState {
  retry: () => void;
}

const NOTHING: LogState = { lines: [], complete: false, error: null };

/** A build's log as it grows. Lines arrive in bursts and are drawn once a frame. */
export function useBuildLog(id: string): BuildLogRead {
  const client = useTRPCClient();
  const [log, setLog] = useState(NOTHING);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again.
  useEffect(() => {
    let pending: BuildLogLine[] = [];
    let frame = 0;
    let seq = 0;
    setLog(NOTHING);
    const flush = () => {
      frame = 0;
      const more = pending;
      pending = [];
      setLog((known) => ({ ...known, lines: [...known.lines, ...more].slice(-MAX_LINES) }));
    };
    const subscription = client.builds.log.subscribe(
      { id },
      {
        onData: (line) => {
          // After a reconnection the log is told from its beginning again.
          if (line.seq <= seq) return;
          seq = line.seq;
          pending.push(line);
          // A page in the background draws no frames.
          frame ||= document.hidden ? window.setTimeout(flush, 250) : requestAnimationFrame(flush);
        },
        onError: (error) => setLog((known) => ({ ...known, error })),
        onComplete: () => setLog((known) => ({ ...known, complete: true })),
      },
    );
    return () => {
      subscription.unsubscribe();
      cancelAnimationFrame(frame);
      clearTimeout(frame);
    };
  }, [client, id, attempt]);
  return { ...log, retry: () => setAttempt((before) => before + 1) };
}
