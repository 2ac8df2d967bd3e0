"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { useEffect, useRef, useState } from "react";

import type {
  JournalEntry,
  JournalEvent,
  JournalPage,
  JournalProblem,
  JournalQueryInput,
  JournalState,
} from "@/lib/journal";
import { searchMark } from "@/lib/journal-cursor";
import type { JournalFilter } from "@/lib/journal-filter";
import { mergeProblems } from "@/lib/journal-problems";
import {
  appendLive,
  appendNewer,
  type JournalWindow,
  joinParts,
  joinSnapshot,
  openAt,
  prependOlder,
} from "@/lib/journal-window";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { useSignedIn } from "../shell/use-me";

const PAGE_LINES = 300;

/** What is asked for; another one is another journal. */
export interface JournalAsked {
  name: string;
  filter: JournalFilter;
  /** The moment to begin at; null: the end. */
  at: string | null;
}

export interface Journal {
  /** Null until the first lines have come. */
  window: JournalWindow | null;
  /** Null while nothing follows it. */
  state: JournalState | null;
  problems: readonly JournalProblem[];
  command: string | null;
  /** The api said no. */
  error: unknown;
  loading: "older" | "newer" | null;
  loadOlder: () => void;
  loadNewer: () => void;
  /** Goes on with a search that found nothing in its time. */
  searchOn: () => void;
  /** Whether the reader looks at the end: what no reader looks at is counted. */
  setFollowing: (following: boolean) => void;
  /** To the newest lines, wherever the window is. */
  toNewest: () => void;
  retry: () => void;
}

/** A stretch of a machine's journal: its end as it is written, and pages in both directions. */
export function useJournal({ name, filter, at }: JournalAsked): Journal {
  const trpc = useTRPC();
  const signedIn = useSignedIn();
  const following = useRef(at === null);
  /** As far as they have been told. */
  const newest = useRef<readonly JournalEntry[]>([]);
  const [window, setWindow] = useState<JournalWindow | null>(null);
  const [state, setState] = useState<JournalState | null>(null);
  const [problems, setProblems] = useState<readonly JournalProblem[]>([]);
  const [command, setCommand] = useState<string | null>(null);
  // What is wrong with one page's files is not told again with the next.
  const addProblems = (further: readonly JournalProblem[]) => setProblems((before) => mergeProblems(before, further));
  const pages = usePages({ name, filter, at }, window, setWindow, addProblems, setCommand);
  const { until, ...followed } = filter;
  const live = useSubscription(
    trpc.journal.follow.subscriptionOptions(
      { name, ...followed, units: followed.units && [...followed.units] },
      {
        // What ends in the past does not grow; a window at a moment is opened first.
        enabled: signedIn && until === undefined && (at === null || window !== null),
        onData(event: JournalEvent) {
          if (event.type === "state") {
            setState(event);
            if (event.state !== "unavailable") setCommand(event.command);
            return;
          }
          if (event.type === "lines") {
            setWindow((before) => before && appendLive(before, event.entries, event.gap, following.current));
            return;
          }
          newest.current = joinParts(newest.current, event);
          if (event.part < event.parts) return;
          const snapshot = { ...event, entries: newest.current };
          newest.current = [];
          addProblems(event.problems);
          setWindow((before) => joinSnapshot(before, snapshot, following.current));
        },
      },
    ),
  );
  return {
    ...pages,
    problems,
    command,
    window,
    state,
    error: live.status === "error" ? live.error : pages.error,
    loadNewer: () => pages.loadNewer(live.reset),
    setFollowing(now) {
      following.current = now;
      if (now) setWindow((before) => (before && before.unseen > 0 ? { ...before, unseen: 0 } : before));
    },
    toNewest() {
      following.current = true;
      if (window?.newer === false) return;
      setWindow(null);
      // Whatever is being read is of the window before, and so is what failed.
      pages.abandon();
      if (until === undefined) live.reset();
      else pages.open();
    },
    retry() {
      pages.retry();
      if (live.status === "error") live.reset();
    },
  };
}

type SetWindow = (change: (before: JournalWindow | null) => JournalWindow | null) => void;

/** What is read page by page: the beginning, where nothing follows it or it is a moment, and what is before and after the window. */
function usePages(
  { name, filter, at }: JournalAsked,
  window: JournalWindow | null,
  setWindow: SetWindow,
  onProblems: (problems: readonly JournalProblem[]) => void,
  onOpened: (command: string) => void,
) {
  const client = useTRPCClient();
  const [loading, setLoading] = useState<"older" | "newer" | null>(null);
  const [error, setError] = useState<unknown>(null);
  /** The question that is on its way; one at a time. */
  const asking = useRef<AbortController | null>(null);
  const ask = async (
    which: "older" | "newer" | null,
    input: Pick<JournalQueryInput, "direction"> & Partial<Pick<JournalQueryInput, "cursor" | "since">>,
    take: (page: JournalPage) => void,
  ) => {
    // The window begins anew whatever is being read for the one before.
    if (asking.current && which !== null) return;
    asking.current?.abort();
    const asked = new AbortController();
    asking.current = asked;
    setLoading(which);
    setError(null);
    try {
      const units = filter.units && [...filter.units];
      const query = { name, ...filter, units, limit: PAGE_LINES, ...input };
      // It may take its time: others must not wait for it, and it must end when nobody waits for it any more.
      const options = { signal: asked.signal, context: { skipBatch: true } };
      const page = await client.journal.query.query(query, options);
      if (asked.signal.aborted) return;
      onProblems(page.problems);
      take(page);
    } catch (failure) {
      if (!asked.signal.aborted) setError(failure);
    } finally {
      if (asking.current === asked) {
        asking.current = null;
        setLoading(null);
      }
    }
  };
  const { since, until } = filter;
  const open = () =>
    ask(null, at === null ? { direction: "backward" } : { direction: "forward", since: laterOf(at, since) }, (page) => {
      onOpened(page.command);
      const { entries, nextCursor, searchedTo } = page;
      if (at === null) setWindow(() => joinSnapshot(null, { entries, more: nextCursor !== null, searchedTo }));
      else setWindow(() => openAt(page));
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the journal asked for never changes; another one is mounted anew.
  useEffect(() => {
    if (at !== null || until !== undefined) void open();
    return () => asking.current?.abort();
  }, []);
  const first = window?.lines.at(0)?.entry.cursor;
  const last = window?.lines.at(-1)?.entry.cursor;
  return {
    error,
    loading,
    open: () => void open(),
    abandon() {
      asking.current?.abort();
      asking.current = null;
      setLoading(null);
      setError(null);
    },
    retry: () => {
      setError(null);
      if (window === null && (at !== null || until !== undefined)) void open();
    },
    loadOlder() {
      if (error !== null || !window?.older || window.searchedTo !== null || first === undefined) return;
      void ask("older", { direction: "backward", cursor: first }, (page) =>
        // Meanwhile the window may have begun anew.
        setWindow((now) => (now && now.lines.at(0)?.entry.cursor === first ? prependOlder(now, page) : now)),
      );
    },
    searchOn() {
      const searchedTo = window?.searchedTo ?? null;
      if (searchedTo === null) return;
      void ask("older", { direction: "backward", cursor: searchMark(searchedTo) }, (page) =>
        setWindow((now) => (now?.searchedTo === searchedTo ? prependOlder(now, page) : now)),
      );
    },
    loadNewer(atEnd: () => void) {
      if (error !== null || !window?.newer || last === undefined) return;
      void ask("newer", { direction: "forward", cursor: last }, (page) => {
        setWindow((now) => (now && now.lines.at(-1)?.entry.cursor === last ? appendNewer(now, page) : now));
        // What was written since is in the newest lines, which are told to whoever begins to follow.
        if (page.nextCursor === null && until === undefined) atEnd();
      });
    },
  };
}

/** A moment to go to may be before the range that is shown. */
function laterOf(at: string, since: string | undefined): string {
  return since !== undefined && Date.parse(since) > Date.parse(at) ? since : at;
}
