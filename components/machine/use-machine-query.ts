"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";

import { formatMachineQuery, type MachineQuery, parseMachineQuery } from "@/lib/filter-machines";

/** Browsers refuse an address that changes with every key. */
const SETTLE_MS = 200;

/**
 * What of the list is shown, kept in the address: a reload, Back and a shared link show the same. What is typed counts at
 * once and the address follows; an address changed by others (a link to the plain list) counts too.
 */
export function useMachineQuery(): [MachineQuery, (change: Partial<MachineQuery>) => void] {
  const params = useSearchParams().toString();
  const [query, setQuery] = useState(() => parseMachineQuery(new URLSearchParams(params)));
  const written = useRef(params);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    // The router tells of our own writing late, when more may have been typed already.
    const present = new URLSearchParams(window.location.search).toString();
    if (params === written.current || params !== present) return;
    written.current = params;
    setQuery(parseMachineQuery(new URLSearchParams(params)));
  }, [params]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const change = (part: Partial<MachineQuery>) => {
    const next = { ...query, ...part };
    setQuery(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      written.current = formatMachineQuery(next).toString();
      window.history.replaceState(null, "", written.current === "" ? "?" : `?${written.current}`);
    }, SETTLE_MS);
  };
  return [query, change];
}
