"use client";

import { useEffect, useState } from "react";

import type { BuildLogLine } from "@/lib/build";
import { useTRPCClient } from "@/lib/trpc/client";

/** The page keeps this many lines; the whole log stays with the build. */
const MAX_LINES = 50_000;

interface BuildLog {
  lines: readonly BuildLogLine[];
  /** All of it is here, and the build has ended. */
  complete: boolean;
}

/** A build's log as it grows. Lines arrive in bursts and are drawn once a frame. */
export function useBuildLog(id: string): BuildLog {
  const client = useTRPCClient();
  const [log, setLog] = useState<BuildLog>({ lines: [], complete: false });
  useEffect(() => {
    let pending: BuildLogLine[] = [];
    let frame = 0;
    let seq = 0;
    setLog({ lines: [], complete: false });
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
        onComplete: () => setLog((known) => ({ ...known, complete: true })),
      },
    );
    return () => {
      subscription.unsubscribe();
      cancelAnimationFrame(frame);
      clearTimeout(frame);
    };
  }, [client, id]);
  return log;
}
