"use client";

import type { ComponentProps, MouseEvent } from "react";

interface TabLinkProps extends Omit<ComponentProps<"a">, "href" | "onClick"> {
  machine: string;
  tab: string;
  /** What of the tab is shown, as its address has it. */
  query: string;
}

/** To another tab of the same machine's page, without loading the page anew. */
export function TabLink({ machine, tab, query, ...props }: TabLinkProps) {
  const href = `/machines/${encodeURIComponent(machine)}?${query}#${tab}`;
  const go = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    window.history.pushState(null, "", href);
    // The tabs listen to the fragment, of which pushState tells nobody.
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  };
  return <a href={href} onClick={go} {...props} />;
}
