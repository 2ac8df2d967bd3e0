"use client";

import * as Tabs from "radix-ui/tabs";
import type { ReactNode } from "react";

import { scrollToCurrent } from "./scroll-to-current";

/** `line`: what a page is divided into. `pills`: views of one thing. */
const LOOKS = {
  line: {
    root: undefined,
    list: "mt-4 mb-[1.125rem] flex gap-1 overflow-x-auto border-b",
    tab: "-mb-px whitespace-nowrap border-transparent border-b-2 px-3 py-2 text-ink-2 -outline-offset-2 max-md:py-3 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink",
    content: undefined,
  },
  pills: {
    root: "grid gap-3.5",
    list: "-my-1.5 flex gap-2 overflow-x-auto py-1.5",
    tab: "relative h-[26px] shrink-0 whitespace-nowrap rounded-full border border-line-2 px-2.5 text-ink-2 text-xs after:absolute after:inset-x-0 after:-inset-y-1.5 hover:bg-stop-soft max-md:h-8 max-md:px-3.5 max-md:text-[13px] data-[state=active]:border-transparent data-[state=active]:bg-accent-soft data-[state=active]:font-medium data-[state=active]:text-ink md:after:hidden",
    content: "grid min-w-0 gap-3.5",
  },
};

interface TabPanelsProps<Id extends string> {
  label: string;
  look: keyof typeof LOOKS;
  /** Only the panel of the current one is shown. */
  tabs: readonly { id: Id; text: string; panel: ReactNode }[];
  current: Id;
  onChoose: (id: Id) => void;
}

/** Tabs with their panels on one page. For tabs that are pages see `LinkTabs`. */
export function TabPanels<Id extends string>({ label, look, tabs, current, onChoose }: TabPanelsProps<Id>) {
  const { root, list, tab, content } = LOOKS[look];
  const choose = (value: string) => {
    const chosen = tabs.find(({ id }) => id === value);
    if (chosen) onChoose(chosen.id);
  };
  return (
    <Tabs.Root value={current} onValueChange={choose} className={root}>
      <Tabs.List aria-label={label} className={list}>
        {tabs.map(({ id, text }) => (
          <Tabs.Trigger key={id} ref={id === current ? scrollToCurrent : undefined} value={id} className={tab}>
            {text}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map(({ id, panel }) => (
        <Tabs.Content key={id} value={id} className={content}>
          {panel}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
