"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";

import type { BootTimeline, ChainEntry } from "@/lib/boot";
import { formatTimespan } from "@/lib/boot-timespan";
import { Button } from "../ui/button";
import { ErrorState } from "../ui/error-state";
import { Input } from "../ui/field";
import { SkeletonRows } from "../ui/skeleton";
import { type BootRef, useChain } from "./use-boot";

interface ChainViewProps {
  boot: BootRef;
  timeline: BootTimeline;
  /** Null: the boot's own target. */
  unit: string | null;
  onUnit: (unit: string | null) => void;
}

/** What a unit waited for, and that for what: `systemd-analyze critical-chain`. */
export function ChainView({ boot, timeline, unit, onUnit }: ChainViewProps) {
  const t = useTranslations("boot");
  const ta = useTranslations("app");
  const { data, error, refetch } = useChain(boot, unit);
  return (
    <>
      <EndOfChain timeline={timeline} unit={unit} onUnit={onUnit} />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <div className="overflow-hidden rounded-xl border bg-panel px-4 py-3">
          <ul aria-label={t("chainOf", { unit: data.unit })}>
            <Link entry={data} timeline={timeline} root />
          </ul>
        </div>
      ) : (
        <SkeletonRows label={ta("loading")} />
      )}
      <p className="text-ink-3 text-xs">{t("chainNote")}</p>
    </>
  );
}

function EndOfChain({ timeline, unit, onUnit }: Omit<ChainViewProps, "boot">) {
  const t = useTranslations("boot");
  const id = useId();
  const shown = unit ?? timeline.target;
  const [text, setText] = useState(shown);
  const [told, setTold] = useState(shown);
  // Chosen elsewhere: in the blame, or by Back.
  if (told !== shown) {
    setTold(shown);
    setText(shown);
  }
  const known = timeline.units.some((one) => one.unit === text);
  const choose = (chosen: string) => onUnit(chosen === timeline.target ? null : chosen);
  return (
    <form
      className="flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") choose(text.trim());
      }}
    >
      <label htmlFor={id} className="text-ink-2">
        {t("chainEnd")}
      </label>
      <Input
        id={id}
        list={`${id}-units`}
        className="w-80 max-w-full font-mono text-[13px] max-md:w-full"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id={`${id}-units`}>
        {timeline.units.map((one) => (
          <option key={one.unit} value={one.unit} />
        ))}
      </datalist>
      <Button type="submit" disabled={text.trim() === ""}>
        {known || text.trim() === "" ? t("show") : t("find")}
      </Button>
      {unit === null ? null : (
        <Button variant="ghost" onClick={() => onUnit(null)}>
          {timeline.target}
        </Button>
      )}
    </form>
  );
}

interface LinkProps {
  entry: ChainEntry;
  timeline: BootTimeline;
  root?: boolean;
}

/** One link, and below it what it waited for. A single one stays in line: chains are long, and seldom fork. */
function Link({ entry, timeline, root = false }: LinkProps) {
  const { unit, atUsec, tookUsec, repeated, children } = entry;
  const forks = children.length > 1;
  return (
    <li>
      <div className="grid grid-cols-[1.25rem_minmax(0,1fr)_5.5rem_5.5rem] items-baseline gap-x-2 py-1 max-md:grid-cols-[1rem_minmax(0,1fr)_4.5rem_4.25rem] max-md:gap-x-1">
        <span aria-hidden className="text-ink-3">
          {root ? "●" : "└"}
        </span>
        <span className="min-w-0 font-mono text-[13px] [overflow-wrap:anywhere]">
          {unit}
          {repeated ? <span className="text-ink-3"> …</span> : null}
        </span>
        <At usec={atUsec} />
        <Took usec={tookUsec} />
        <Place entry={entry} whole={timeline.finishUsec ?? 0} />
      </div>
      {children.length > 0 ? (
        <ul className={forks ? "ml-2 border-l pl-3" : undefined}>
          {children.map((child) => (
            <Link key={child.unit} entry={child} timeline={timeline} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function At({ usec }: { usec: number | null }) {
  const t = useTranslations("boot");
  return (
    <span className="text-right text-ink-3 text-xs" title={t("atMeaning")}>
      {usec === null ? "" : `@${formatTimespan(usec)}`}
    </span>
  );
}

function Took({ usec }: { usec: number | null }) {
  const t = useTranslations("boot");
  return (
    <span className="text-right font-medium text-fail text-xs" title={t("tookMeaning")}>
      {usec === null ? "" : `+${formatTimespan(usec)}`}
    </span>
  );
}

/** Where in the whole boot it stood. */
function Place({ entry: { atUsec, tookUsec }, whole }: { entry: ChainEntry; whole: number }) {
  if (atUsec === null || whole <= 0) return null;
  const percent = (usec: number) => `${Math.min(100, (usec / whole) * 100)}%`;
  return (
    <span aria-hidden className="relative col-span-3 col-start-2 mt-0.5 block h-1 rounded-sm bg-stop-soft">
      <span
        className={`absolute inset-y-0 min-w-0.5 rounded-sm ${tookUsec === null ? "bg-ink-3" : "bg-fail"}`}
        style={{ left: percent(atUsec), width: percent(tookUsec ?? 0) }}
      />
    </span>
  );
}
