"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";

/** Browsers refuse an address that changes with every key: what follows within this time is written once, at its end. */
const SETTLE_MS = 200;

interface AddressFormat<Query> {
  /** Takes any address; what it does not understand counts as not given. */
  parse: (params: URLSearchParams) => Query;
  format: (query: Query) => URLSearchParams;
}

/**
 * What of a list is shown, kept in the address: a reload, Back and a shared link show the same. What is typed counts at
 * once and the address follows; an address changed by others (a link to the plain list) counts too.
 */
export function useAddressQuery<Query extends object>({
  parse,
  format,
}: AddressFormat<Query>): [Query, (change: Partial<Query>) => void] {
  const params = useSearchParams().toString();
  const [query, setQuery] = useState(() => parse(new URLSearchParams(params)));
  const written = useRef(params);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const changedAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    // The router tells of our own writing late, when more may have been typed already.
    const present = new URLSearchParams(window.location.search).toString();
    if (params === written.current || params !== present) return;
    written.current = params;
    setQuery(parse(new URLSearchParams(params)));
  }, [params, parse]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const change = (part: Partial<Query>) => {
    const next = { ...query, ...part };
    setQuery(next);
    clearTimeout(timer.current);
    const write = () => {
      written.current = format(next).toString();
      replaceSearch(written.current);
    };
    // A choice stands in the address at once, so that a reload right after it keeps it.
    if (performance.now() - changedAt.current > SETTLE_MS) write();
    else timer.current = setTimeout(write, SETTLE_MS);
    changedAt.current = performance.now();
  };
  return [query, change];
}

function replaceSearch(search: string): void {
  const { pathname, hash } = window.location;
  window.history.replaceState(null, "", `${pathname}${search === "" ? "" : `?${search}`}${hash}`);
}
