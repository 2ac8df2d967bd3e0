"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleDot, Unplug } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";

import { formatBytes, formatDuration } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { cn } from "@/lib/utils";
import { useMachines } from "../machine/machines-provider";
import { Skeleton } from "../ui/skeleton";
import { useNow } from "../ui/use-now";

const MINUTE_MS = 60_000;
const RETRY_MS = 3000;
/** From here on a pool is about to be in the way of the next build. */
const NEARLY_FULL = 0.9;

/** The host this dashboard serves: its name, whether we hear of it, and the room in its pool. A menu may hold a group, but no region and no status. */
export function HostPanel({ inMenu = false }: { inMenu?: boolean }) {
  const t = useTranslations("app");
  const trpc = useTRPC();
  // The kernel signals no change of free space: it is read once a minute, and only while the page is looked at.
  const host = useQuery({
    ...trpc.host.info.queryOptions(),
    staleTime: MINUTE_MS,
    retry: false,
    refetchInterval: ({ state }) => (state.status === "error" ? RETRY_MS : MINUTE_MS),
  });
  const info = host.data;
  return (
    <section
      role={inMenu ? "group" : "region"}
      aria-label={t("host")}
      className="grid grid-cols-[minmax(0,1fr)] gap-2 text-ink-2 text-xs"
    >
      <div className="flex items-center justify-between gap-2">
        {info ? (
          <b className="truncate font-mono font-semibold text-ink" title={info.hostname}>
            {info.hostname}
          </b>
        ) : (
          <Skeleton className="h-3.5 w-20 min-w-0 shrink" />
        )}
        <LinkState announced={!inMenu} />
      </div>
      {info ? (
        <>
          <Pool usedBytes={info.pool.usedBytes} totalBytes={info.pool.limitBytes ?? info.pool.totalBytes} />
          <div className="flex flex-wrap justify-between gap-x-2 [&>span]:whitespace-nowrap">
            <span>systemd {info.systemdVersion ?? "—"}</span>
            <Uptime bootedAt={host.dataUpdatedAt - info.uptimeSec * 1000} />
          </div>
        </>
      ) : (
        <Skeleton className="h-8" />
      )}
    </section>
  );
}

function LinkState({ announced }: { announced: boolean }) {
  const t = useTranslations("app");
  const { link } = useMachines();
  const live = link === "live";
  const Icon = live ? CircleDot : Unplug;
  return (
    <span
      role={announced ? "status" : undefined}
      className={cn(
        "inline-flex shrink-0 items-center gap-1 [&_svg]:size-3",
        live ? "text-run" : link === "connecting" ? "text-ink-3" : "text-busy",
      )}
    >
      <Icon aria-hidden />
      {t(live ? "live" : link === "connecting" ? "connecting" : "notConnected")}
    </span>
  );
}

function Pool({ usedBytes, totalBytes }: { usedBytes: number; totalBytes: number }) {
  const t = useTranslations("app");
  const locale = useLocale();
  const part = totalBytes > 0 ? Math.min(1, usedBytes / totalBytes) : 0;
  return (
    <div>
      <div className="flex justify-between gap-2">
        <span>{t("pool")}</span>
        <span>{t("poolUsed", { used: formatBytes(usedBytes, locale), total: formatBytes(totalBytes, locale) })}</span>
      </div>
      <div aria-hidden className="mt-1 h-1 overflow-hidden rounded-full bg-stop-soft">
        <div
          className={cn("h-full", part > NEARLY_FULL ? "bg-fail" : "bg-accent")}
          style={{ width: `${part * 100}%` }}
        />
      </div>
    </div>
  );
}

function Uptime({ bootedAt }: { bootedAt: number }) {
  const t = useTranslations("app");
  const locale = useLocale();
  const now = useNow(MINUTE_MS);
  return <span>{t("up", { time: formatDuration(Math.floor((now - bootedAt) / MINUTE_MS) * MINUTE_MS, locale) })}</span>;
}
