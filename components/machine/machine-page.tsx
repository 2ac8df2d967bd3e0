"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Tabs } from "radix-ui";
import { useEffect, useState } from "react";

import type { Machine } from "@/lib/machine";
import { useTRPC } from "@/lib/trpc/client";
import { Input } from "../ui/field";
import { MachineActions } from "./machine-actions";
import { useMachines } from "./machines-provider";
import { StateBadge } from "./state-badge";

// The terminal's code is large, and most pages never open one.
const MachineTerminal = dynamic(() => import("../terminal/machine-terminal").then((module) => module.MachineTerminal), {
  ssr: false,
});

/** One machine: what it is, what can be done with it, and a way into it. */
export function MachinePage({ name }: { name: string }) {
  const t = useTranslations("machines");
  const ta = useTranslations("app");
  const { machines, live } = useMachines();
  const [tab, setTab] = useState("overview");
  useEffect(() => {
    const follow = () => setTab(window.location.hash === "#terminal" ? "terminal" : "overview");
    follow();
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  const choose = (value: string) => {
    window.location.hash = value;
  };
  if (!machines) return <p role="status">{t("loading")}</p>;
  const machine = machines.get(name);
  if (!machine) {
    return (
      <div className="grid gap-2">
        <p>{t("gone", { name })}</p>
        <Link className="text-accent underline" href="/machines">
          {ta("back")}
        </Link>
      </div>
    );
  }
  const trigger =
    "cursor-pointer border-transparent border-b-2 px-3 py-2 text-ink-2 data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink";
  return (
    <>
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="font-mono font-semibold text-xl">{name}</h1>
        <StateBadge state={machine.state} />
        <span className="ml-auto">
          <MachineActions machine={machine} />
        </span>
      </header>
      {live ? null : (
        <p role="status" className="mt-3 rounded-lg bg-busy-soft px-3 py-2 text-busy">
          {ta("disconnected")}
        </p>
      )}
      <Tabs.Root value={tab} onValueChange={choose}>
        <Tabs.List className="my-4 flex gap-1 border-line border-b">
          <Tabs.Trigger value="overview" className={trigger}>
            {t("overview")}
          </Tabs.Trigger>
          <Tabs.Trigger value="terminal" className={trigger}>
            {t("terminal")}
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="overview">
          <Overview machine={machine} />
        </Tabs.Content>
        <Tabs.Content value="terminal">
          <MachineTerminal name={name} running={machine.state === "running"} />
        </Tabs.Content>
      </Tabs.Root>
    </>
  );
}

function Overview({ machine }: { machine: Machine }) {
  const t = useTranslations("machines");
  const facts: [string, string | number | null][] = [
    [t("os"), machine.os ? [machine.os.name, machine.os.version].filter(Boolean).join(" ") : null],
    [t("address"), machine.addresses.join(", ") || null],
    [t("leader"), machine.leaderPid],
    [t("unit"), machine.unit],
    [t("root"), machine.rootDirectory],
    [t("since"), machine.since],
    [t("uidShift"), machine.uidShift],
  ];
  return (
    <div className="grid gap-5">
      {machine.result ? <p className="rounded-lg bg-fail-soft px-3 py-2 text-fail">{machine.result.message}</p> : null}
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-3 rounded-xl border border-line bg-panel p-4">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt className="text-ink-3 text-xs">{label}</dt>
            <dd className="break-all font-mono text-[13px]">{value ?? "—"}</dd>
          </div>
        ))}
      </dl>
      {machine.state === "running" ? (
        <Properties key={machine.leaderPid} name={machine.name} />
      ) : (
        <p className="text-ink-2">{t("notRunning", { name: machine.name })}</p>
      )}
    </div>
  );
}

/** What `machinectl show` prints; mounted anew, and so read again, for every boot. */
function Properties({ name }: { name: string }) {
  const t = useTranslations("machines");
  const trpc = useTRPC();
  const [text, setText] = useState("");
  const properties = useQuery({ ...trpc.machines.properties.queryOptions({ name }), refetchOnMount: "always" });
  const shown = (properties.data ?? []).filter(({ key, value }) =>
    `${key}=${value}`.toLowerCase().includes(text.toLowerCase()),
  );
  return (
    <section className="grid gap-2">
      <h2 className="font-semibold text-[13px] text-ink-2">{t("properties")}</h2>
      <Input
        type="search"
        className="max-w-60"
        aria-label={t("filterProperties")}
        placeholder={t("filterProperties")}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {properties.error ? <p role="alert">{properties.error.message}</p> : null}
      <dl className="rounded-xl border border-line bg-panel font-mono text-[13px]">
        {shown.map(({ key, value }) => (
          <div key={key} className="grid gap-x-4 border-line px-4 py-1.5 not-last:border-b md:grid-cols-[16rem_1fr]">
            <dt className="text-ink-3">{key}</dt>
            <dd className="break-all">{value || "—"}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
