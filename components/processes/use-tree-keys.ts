"use client";

import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

import type { CgroupRow } from "@/lib/cgroup-view";
import { stepOf } from "@/lib/tree-keys";

interface TreeKeysOptions {
  body: RefObject<HTMLTableSectionElement | null>;
  rows: readonly CgroupRow[];
  onOpen: (key: string, open: boolean) => void;
  /** Brings a row that is not drawn onto the page. */
  scrollTo: (index: number) => void;
}

export interface TreeKeys {
  /** The row that takes part in the order of Tab. */
  active: string | undefined;
  onFocus: (key: string) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** The keyboard of a treegrid: arrows walk, right unfolds, left folds or goes to the group, Home and End to the ends. */
export function useTreeKeys({ body, rows, onOpen, scrollTo }: TreeKeysOptions): TreeKeys {
  const [chosen, setChosen] = useState<string>();
  /** To be focused as soon as it is drawn. */
  const wanted = useRef<string>(undefined);
  const held = useRef(false);
  const active = rows.some(({ key }) => key === chosen) ? chosen : rows[0]?.key;

  useEffect(() => {
    const release = () => {
      held.current = false;
    };
    document.addEventListener("pointerdown", release, true);
    return () => document.removeEventListener("pointerdown", release, true);
  }, []);
  useLayoutEffect(() => {
    // A row that moves in the page, because the order by CPU changed, loses the focus to nobody.
    const lost = held.current && document.activeElement === document.body;
    const key = wanted.current ?? (lost ? active : undefined);
    const row = [...(body.current?.rows ?? [])].find(({ dataset }) => dataset["key"] === key);
    if (key === undefined || !row) return;
    wanted.current = undefined;
    row.focus({ preventScroll: lost });
  });

  return {
    active,
    onFocus(key) {
      held.current = true;
      setChosen(key);
    },
    onKeyDown(event) {
      if (event.key === "Tab") held.current = false;
      // Of what is in a row, a button has its own keys.
      if (!(event.target instanceof HTMLTableRowElement) || event.altKey || event.ctrlKey || event.metaKey) return;
      const at = rows.findIndex(({ key }) => key === active);
      const step = stepOf(event.key, rows, at);
      const target = step && "to" in step ? rows[step.to] : rows[at];
      if (step === null || target === undefined) return;
      event.preventDefault();
      if ("open" in step) return onOpen(target.key, step.open);
      wanted.current = target.key;
      setChosen(target.key);
      scrollTo(step.to);
    },
  };
}
