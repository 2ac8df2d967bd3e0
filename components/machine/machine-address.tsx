"use client";

import { useTranslations } from "next-intl";

import type { Machine } from "@/lib/machine";
import { Tooltip } from "../ui/tooltip";
import { useNow } from "../ui/use-now";

/** A machine that asks for an address has one by then, or nobody answers it. */
const PATIENCE_MS = 30_000;

/** The first address, and how many more; a fresh machine may still be waiting for one. */
export function MachineAddress({ machine }: { machine: Machine }) {
  const t = useTranslations("machines");
  const [first, ...more] = machine.addresses;
  if (first === undefined) return machine.state === "running" ? <NoAddress since={machine.since} /> : <None />;
  return (
    <span className="inline-flex items-center gap-1.5 font-mono text-[13px]">
      {first}
      {more.length > 0 ? (
        <Tooltip text={more.join("\n")}>
          <button
            type="button"
            aria-label={t("moreAddresses", { count: more.length, addresses: more.join(", ") })}
            className="rounded-sm bg-stop-soft px-1 font-sans text-ink-2 text-xs"
          >
            +{more.length}
          </button>
        </Tooltip>
      ) : null}
    </span>
  );
}

function NoAddress({ since }: { since: string | null }) {
  const t = useTranslations("machines");
  const until = since === null ? 0 : Date.parse(since) + PATIENCE_MS;
  const now = useNow(Date.now() < until ? 1000 : null);
  return now < until && Date.now() < until ? <span className="text-ink-3">{t("waitingForAddress")}</span> : <None />;
}

function None() {
  return <span className="text-ink-3">—</span>;
}
