"use client";

import { useMemo, useState } from "react";

import type { BuildLogLine } from "@/lib/build";

interface LogSearch {
  text: string;
  setText: (text: string) => void;
  /** Indexes of the lines that have it. */
  matches: readonly number[];
  /** Which of them is looked at; -1 without any. */
  current: number;
  /** Index of its line, null without any. */
  line: number | null;
  step: (by: 1 | -1) => void;
}

/** Finds a text in the log, whatever its case. A new search begins at the last match: the end is where builds fail. */
export function useLogSearch(lines: readonly BuildLogLine[]): LogSearch {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<number | null>(null);
  const needle = text.trim().toLowerCase();
  const matches = useMemo(() => {
    if (needle === "") return [];
    return lines.flatMap((line, index) => (line.text.toLowerCase().includes(needle) ? [index] : []));
  }, [lines, needle]);
  const current = matches.length === 0 ? -1 : Math.min(chosen ?? matches.length - 1, matches.length - 1);
  return {
    text,
    setText: (next) => {
      setText(next);
      setChosen(null);
    },
    matches,
    current,
    line: matches[current] ?? null,
    step: (by) => setChosen((current + by + matches.length) % Math.max(1, matches.length)),
  };
}
