"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type ComponentType, useEffect, useState } from "react";

import type { Machine } from "@/lib/machine";
import { TabPanels } from "../ui/tab-panels";
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

const TABS = [
  { id: "overview", Panel: Overview },
  { id: "terminal", Panel: TerminalTab },
  { id: "journal", Panel: Journal },
  { id: "processes", Panel: Processes },
  { id: "boot", Panel: Boot },
  { id: "units", Panel: Units },
] as const satisfies readonly { id: string; Panel: ComponentType<{ machine: Machine }> }[];
type TabId = (typeof TABS)[number]["id"];

function TerminalTab({ machine }: { machine: Machine }) {
  return <MachineTerminal name={machine.name} running={machine.state === "running"} />;
}

/** The tabs of a machine. Which one is open is the address's fragment, so a reload, Back and a shared link keep it. */
export function MachineTabs({ machine }: { machine: Machine }) {
  const t = useTranslations("machine");
  const [tab, setTab] = useTabOfAddress();
  return (
    <TabPanels
      look="line"
      label={t("tabs", { name: machine.name })}
      tabs={TABS.map(({ id, Panel }) => ({ id, text: t(id), panel: <Panel machine={machine} /> }))}
      current={tab}
      onChoose={setTab}
    />
  );
}

function useTabOfAddress(): [TabId, (tab: TabId) => void] {
  const [tab, setTab] = useState<TabId>("overview");
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
