"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";

import { filterMachines } from "@/lib/filter-machines";
import { MACHINE_STATES, type Machine, type MachineState } from "@/lib/machine";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { Input } from "../ui/field";
import { MachineActions } from "./machine-actions";
import { useMachines } from "./machines-provider";
import { StateBadge } from "./state-badge";
import { useMachineAction } from "./use-machine-action";

/** Every machine of the host, live. */
export function MachineList() {
  const t = useTranslations("machines");
  const ta = useTranslations("app");
  const { machines, live } = useMachines();
  const [text, setText] = useState("");
  const [state, setState] = useState<MachineState | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const all = useMemo(() => [...(machines?.values() ?? [])].sort((a, b) => a.name.localeCompare(b.name)), [machines]);
  const shown = filterMachines(all, text, state);
  if (!machines) return <p role="status">{t("loading")}</p>;
  const toggle = (name: string) =>
    setSelected(
      (before) => new Set(before.has(name) ? [...before].filter((other) => other !== name) : [...before, name]),
    );
  return (
    <>
      <header className="mb-3.5 flex flex-wrap items-baseline gap-x-3">
        <h1 className="font-semibold text-xl tracking-tight">{ta("machines")}</h1>
        <p className="text-ink-3">{t("count", { total: all.length, running: countOf(all, "running") })}</p>
      </header>
      {live ? null : (
        <p role="status" className="mb-3 rounded-lg bg-busy-soft px-3 py-2 text-busy">
          {ta("disconnected")}
        </p>
      )}
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Input
          type="search"
          className="w-60 max-md:flex-1"
          aria-label={t("filter")}
          placeholder={t("filter")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <StateChips machines={all} state={state} onChange={setState} />
      </div>
      {selected.size > 0 ? <BulkBar names={[...selected].filter((name) => machines.has(name))} /> : null}
      {shown.length === 0 ? (
        <div className="rounded-xl border border-line border-dashed p-10 text-center text-ink-2">
          {all.length === 0 ? (
            <>
              <p className="font-semibold text-ink">{t("empty")}</p>
              <p>{t("emptyHint")}</p>
            </>
          ) : (
            t("noMatch")
          )}
        </div>
      ) : (
        <MachineTable machines={shown} live={live} selected={selected} onToggle={toggle} />
      )}
    </>
  );
}

function countOf(machines: Machine[], state: MachineState): number {
  return machines.filter((machine) => machine.state === state).length;
}

function StateChips({
  machines,
  state,
  onChange,
}: {
  machines: Machine[];
  state: MachineState | null;
  onChange: (state: MachineState | null) => void;
}) {
  const t = useTranslations("machines");
  const chip = "h-[26px] cursor-pointer rounded-full border px-2.5 text-xs";
  const look = (on: boolean) => cn(chip, on ? "border-transparent bg-accent-soft" : "border-line-2 text-ink-2");
  return (
    <>
      <button
        type="button"
        aria-pressed={state === null}
        className={look(state === null)}
        onClick={() => onChange(null)}
      >
        {t("all")} {machines.length}
      </button>
      {MACHINE_STATES.filter((one) => one === state || countOf(machines, one) > 0).map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={state === one}
          className={look(state === one)}
          onClick={() => onChange(one)}
        >
          {t(one)} {countOf(machines, one)}
        </button>
      ))}
    </>
  );
}

function BulkBar({ names }: { names: string[] }) {
  const t = useTranslations("machines");
  const action = useMachineAction();
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2 rounded-lg bg-accent-soft px-3 py-2">
      <span>{t("selected", { count: names.length })}</span>
      <Button onClick={() => action.mutate({ verb: "start", names })}>{t("startSelected")}</Button>
      <Button onClick={() => action.mutate({ verb: "poweroff", names })}>{t("poweroffSelected")}</Button>
    </div>
  );
}

interface TableProps {
  machines: Machine[];
  live: boolean;
  selected: ReadonlySet<string>;
  onToggle: (name: string) => void;
}

function MachineTable({ machines, live, selected, onToggle }: TableProps) {
  const t = useTranslations("machines");
  const head = "border-b border-line px-3 py-2 text-left font-medium text-ink-3 text-xs";
  return (
    <div className={cn("overflow-hidden rounded-xl border border-line bg-panel", !live && "opacity-60")}>
      <table className="w-full">
        <thead>
          <tr>
            <th className={cn(head, "w-8")} aria-label={t("selected", { count: selected.size })} />
            <th className={head}>{t("name")}</th>
            <th className={head}>{t("state")}</th>
            <th className={cn(head, "max-md:hidden")}>{t("os")}</th>
            <th className={cn(head, "max-md:hidden")}>{t("address")}</th>
            <th className={cn(head, "max-md:hidden")}>{t("atBoot")}</th>
            <th className={head} aria-label={t("actions", { name: "" })} />
          </tr>
        </thead>
        <tbody>
          {machines.map((machine) => (
            <Row key={machine.name} machine={machine} selected={selected.has(machine.name)} onToggle={onToggle} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  machine,
  selected,
  onToggle,
}: {
  machine: Machine;
  selected: boolean;
  onToggle: (name: string) => void;
}) {
  const t = useTranslations("machines");
  const { name, os, addresses } = machine;
  return (
    <tr className="h-11 border-line not-last:border-b hover:bg-accent-soft/35">
      <td className="px-3">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          aria-label={t("select", { name })}
          checked={selected}
          onChange={() => onToggle(name)}
        />
      </td>
      <td className="max-w-0 truncate px-3 font-mono font-semibold text-[13px] md:max-w-none">
        <Link href={`/machines/${name}`}>{name}</Link>
      </td>
      <td className="px-3">
        <StateBadge state={machine.state} />
      </td>
      <td className="px-3 max-md:hidden">{os ? [os.name, os.version].filter(Boolean).join(" ") : "—"}</td>
      <td className="px-3 font-mono text-[13px] max-md:hidden">{addresses[0] ?? "—"}</td>
      <td className="px-3 text-ink-2 max-md:hidden">{machine.enabled ? t("enabled") : "—"}</td>
      <td className="whitespace-nowrap px-3 text-right">
        <MachineActions machine={machine} />
      </td>
    </tr>
  );
}
