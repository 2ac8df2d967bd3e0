"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { formatDateTime } from "@/lib/format";
import type { Machine, MachineStatus } from "@/lib/machine";
import { useTRPC } from "@/lib/trpc/client";
import { ErrorState } from "../ui/error-state";
import { Properties } from "./properties";
import { WhyPanel } from "./why-panel";

const Resources = dynamic(() => import("../metrics/resources").then((module) => module.Resources), { ssr: false });
const LatestWarnings = dynamic(() => import("../journal/latest-warnings").then((module) => module.LatestWarnings), {
  ssr: false,
});

/** What a machine uses, what `machinectl status` shows, and behind it every property that `machinectl show` prints. */
export function Overview({ machine }: { machine: Machine }) {
  const { name, state, stateSince, leaderPid } = machine;
  const down = state === "failed" || state === "stopped";
  return (
    <div className="grid gap-4">
      {down ? <WhyPanel key={`${state} ${stateSince}`} machine={machine} /> : null}
      {machine.service === null && machine.image === null ? null : <Resources machine={machine} />}
      {/* Mounted anew, and so read again, for every boot, and when its addresses have come. */}
      {machine.service === null ? (
        <Facts machine={machine} status={undefined} />
      ) : (
        <RunningOverview key={[leaderPid, ...machine.addresses].join(" ")} machine={machine} />
      )}
      {machine.leaderPid === null ? null : <LatestWarnings name={name} />}
      {machine.service === null ? null : <Properties key={`${name} ${leaderPid}`} name={name} />}
    </div>
  );
}

function RunningOverview({ machine }: { machine: Machine }) {
  const trpc = useTRPC();
  const status = useQuery({
    ...trpc.machines.status.queryOptions({ name: machine.name }),
    // One that is about to fail its start is registered for a moment only: it would be asked about when it is gone.
    enabled: machine.state !== "starting",
    refetchOnMount: "always",
  });
  return (
    <>
      <Facts machine={machine} status={status.data} />
      {status.error ? <ErrorState error={status.error} onRetry={() => void status.refetch()} /> : null}
    </>
  );
}

interface FactsProps {
  machine: Machine;
  /** Undefined where nothing runs, or until it is read. */
  status: MachineStatus | undefined;
}

function Facts({ machine, status }: FactsProps) {
  const t = useTranslations("machine");
  const { os, uidShift, rootDirectory, unit, enabled } = machine;
  const runs = machine.service !== null;
  const addresses = status?.addresses ?? machine.addresses;
  return (
    <dl className="grid overflow-hidden rounded-xl border bg-panel md:grid-cols-2 md:gap-x-6 md:px-1">
      <Fact label={t("os")} plain>
        {os ? [os.name, os.version].filter(Boolean).join(" ") : null}
      </Fact>
      {runs ? (
        <>
          <Fact label={t("since")} plain>
            {machine.since ? <Moment at={machine.since} /> : null}
          </Fact>
          <Fact label={t("leader")}>
            {machine.leaderPid === null ? null : [machine.leaderPid, status?.leaderCommand].filter(Boolean).join(" · ")}
          </Fact>
          <Fact label={t("service")}>{[machine.service, machine.class].filter(Boolean).join(" · ")}</Fact>
          <Fact label={t("address")}>
            {status?.addresses === null ? t("hostNetwork") : addresses.length > 0 ? addresses.join("\n") : null}
          </Fact>
          <Fact label={t("interface")}>{status?.interfaces.join("\n")}</Fact>
          <Fact label={t("uidShift")}>{uidShift === 0 ? t("noUserNamespace") : uidShift}</Fact>
        </>
      ) : null}
      <Fact label={t("unit")}>{unit}</Fact>
      <Fact label={t("root")}>{rootDirectory}</Fact>
      <Fact label={t("atBoot")} plain>
        {enabled === null ? null : enabled ? t("enabled") : t("disabled")}
      </Fact>
      {runs ? <Fact label={t("machineId")}>{status?.id}</Fact> : null}
      {machine.readOnly ? (
        <Fact label={t("image")} plain>
          {t("readOnly")}
        </Fact>
      ) : null}
    </dl>
  );
}

function Fact({ label, plain = false, children }: { label: string; plain?: boolean; children: ReactNode }) {
  const unknown = children === null || children === undefined || children === "";
  return (
    <div className="grid grid-cols-[8rem_1fr] gap-3 px-3 py-2">
      <dt className="text-ink-3">{label}</dt>
      <dd
        className={
          plain
            ? "[overflow-wrap:anywhere]"
            : "whitespace-pre-line font-mono text-[13px] leading-[1.35rem] [overflow-wrap:anywhere]"
        }
      >
        {unknown ? <span className="text-ink-3">—</span> : children}
      </dd>
    </div>
  );
}

function Moment({ at }: { at: string }) {
  const locale = useLocale();
  return <time dateTime={at}>{formatDateTime(new Date(at), locale)}</time>;
}
