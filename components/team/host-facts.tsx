"use client";

import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";

import { formatBytes, formatDuration } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { cn } from "@/lib/utils";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { useHydrated } from "../ui/use-hydrated";
import { SettingsSection } from "./settings-section";

/** What the host is and can do; unknown is a dash, never a zero. */
export function HostFacts() {
  const t = useTranslations("team");
  const locale = useLocale();
  const trpc = useTRPC();
  const { data: host, error, refetch } = useQuery(trpc.host.info.queryOptions());
  const hydrated = useHydrated();
  if (error && !host && hydrated) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!host || !hydrated) return <SkeletonRows label={t("loading")} rows={6} />;
  const { pool, cgroups } = host;
  const total = pool.limitBytes ?? pool.totalBytes;
  return (
    <>
      <SettingsSection title={t("facts")}>
        <Facts
          facts={[
            { name: t("hostname"), value: host.hostname, mono: true },
            { name: t("os"), value: host.os },
            { name: t("kernel"), value: host.kernel, mono: true },
            { name: t("systemd"), value: host.systemdVersion },
            { name: t("cgroups"), value: cgroups && t(cgroups === "unified" ? "unified" : "hybrid") },
            { name: t("uptime"), value: formatDuration(host.uptimeSec * 1000, locale) },
          ]}
        />
      </SettingsSection>
      <SettingsSection title={t("poolTitle")}>
        <Facts
          facts={[
            { name: t("path"), value: pool.path, mono: true },
            { name: t("fileSystem"), value: pool.fsType },
            {
              name: t("used"),
              value: t("usedOf", { used: formatBytes(pool.usedBytes, locale), total: formatBytes(total, locale) }),
            },
          ]}
        />
      </SettingsSection>
      <SettingsSection title={t("tools")} text={t("toolsText")}>
        <Facts
          facts={Object.entries(host.tools).map(([tool, path]) => ({
            name: tool,
            value: path ?? t("notInstalled"),
            mono: path !== null,
          }))}
        />
      </SettingsSection>
    </>
  );
}

interface Fact {
  name: string;
  value: string | null;
  /** It can be typed in a shell. */
  mono?: boolean;
}

function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="rounded-xl border bg-panel">
      {facts.map(({ name, value, mono = false }) => (
        <div key={name} className="grid grid-cols-[9rem_1fr] gap-3 px-4 py-2 not-last:border-b">
          <dt className="text-ink-2">{name}</dt>
          <dd className={cn("min-w-0 [overflow-wrap:anywhere]", mono && "font-mono text-[13px]")}>{value ?? "—"}</dd>
        </div>
      ))}
    </dl>
  );
}
