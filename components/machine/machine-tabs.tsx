"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import * as Tabs from "radix-ui/tabs";
import { type ComponentType, useEffect, useState } from "react";

import type { Machine } from "@/lib/machine";
import { scrollToCurrent } from "../ui/scroll-to-current";
import { Overview } from "./overview";

// The terminal's code is large, and most pages never open one.
const MachineTerminal = dynamic(() => import("../terminal/machine-terminal").then((module) => module.MachineTerminal), {
  ssr: false,
});

const Journal = dynamic(() => import("../journal/journal-tab").then((module) => module.JournalTab), { ssr: false });
const Processes = dynamic(() => import("../processes/processes-tab").then((module) => module.ProcessesTab), {
  ssr: false,
});
const Boot = dynamic(() => import("../boot/boot-tab").then((module) => module.BootTab), { ssr: false });
const Units = dynamic(() => import("../units/units-tab").then((module) => module.UnitsTab), { ssr: false });

const TABS: readonly {
  id: "overview" | "terminal" | "journal" | "processes" | "boot" | "units";
  Panel: ComponentType<{ machine: Machine }>;
}[] = [
  { id: "overview", Panel: Overview },
  { id: "terminal", Panel: TerminalTab },
  { id: "journal", Panel: Journal },
  { id: "processes", Panel: Processes },
  { id: "boot", Panel: Boot },
  { id: "units", Panel: Units },
];

function TerminalTab({ machine }: { machine: Machine }) {
  return <MachineTerminal name={machine.name} running={machine.state === "running"} />;
}

/** The tabs of a machine. Which one is open is the address's fragment, so a reload, Back and a shared link keep it. */
export function MachineTabs({ machine }: { machine: Machine }) {
  const t = useTranslations("machine");
  const [tab, setTab] = useTabOfAddress();
  return (
    <Tabs.Root value={tab} onValueChange={setTab}>
      <Tabs.List
        aria-label={t("tabs", { name: machine.name })}
        className="mt-4 mb-[1.125rem] flex gap-1 overflow-x-auto border-b"
      >
        {TABS.map(({ id }) => (
          <Tabs.Trigger
            key={id}
            ref={id === tab ? scrollToCurrent : undefined}
            value={id}
            className="-mb-px whitespace-nowrap border-transparent border-b-2 px-3 py-2 text-ink-2 -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink"
          >
            {t(id)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {TABS.map(({ id, Panel }) => (
        <Tabs.Content key={id} value={id}>
          <Panel machine={machine} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

function useTabOfAddress(): [string, (tab: string) => void] {
  const [tab, setTab] = useState("overview");
  useEffect(() => {
    const follow = () => {
      const named = window.location.hash.slice(1);
      setTab(TABS.find(({ id }) => id === named)?.id ?? "overview");
    };
    follow();
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return [
    tab,
    (chosen) => {
      window.location.hash = chosen;
    },
  ];
}
