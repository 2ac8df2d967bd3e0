"use client";

import { useState } from "react";

import type { Build } from "@/lib/build";
import { useTRPCClient } from "@/lib/trpc/client";

const PAGE = 50;

interface OlderBuilds {
  /** Newest first: what is live, then what was fetched of the time before. */
  rows: Build[];
  mayHaveMore: boolean;
  loading: boolean;
  error: unknown;
  more: () => Promise<void>;
}

/** Builds from before the live ones, a page at a time. */
export function useOlderBuilds(live: ReadonlyMap<string, Build>): OlderBuilds {
  const client = useTRPCClient();
  const [older, setOlder] = useState<readonly Build[]>([]);
  const [state, setState] = useState<{ loading: boolean; ended: boolean; error: unknown }>({
    loading: false,
    ended: false,
    error: null,
  });
  // Ids begin with the time they were made at.
  const rows = [...live.values(), ...older.filter(({ id }) => !live.has(id))].sort((a, b) => (a.id < b.id ? 1 : -1));
  const last = rows.at(-1)?.id;
  const more = async () => {
    if (last === undefined) return;
    setState({ loading: true, ended: false, error: null });
    try {
      const page = await client.builds.list.query({ limit: PAGE, cursor: last });
      setOlder((known) => [...known, ...page]);
      setState({ loading: false, ended: page.length < PAGE, error: null });
    } catch (error) {
      setState({ loading: false, ended: false, error });
    }
  };
  return { rows, mayHaveMore: rows.length >= PAGE && !state.ended, ...state, more };
}
