"use client";

import { SearchX, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";

import { PageHeader } from "../shell/page-header";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { Notice } from "../ui/notice";
import { Skeleton, SkeletonRows } from "../ui/skeleton";
import { MachineHeader } from "./machine-header";
import { MachineTabs } from "./machine-tabs";
import { useMachines } from "./machines-provider";

/** One machine: what it is, what can be done with it, and ways into it. */
export function MachinePage({ name }: { name: string }) {
  const t = useTranslations("app");
  const { machines, link, error, retry } = useMachines();
  const machine = machines?.get(name);
  const wasThere = useOnce(machine !== undefined);
  if (link === "refused") return <ErrorState error={error} onRetry={retry} />;
  return (
    <>
      {link === "disconnected" ? (
        <div className="mb-3">
          <Notice>{t("disconnected")}</Notice>
        </div>
      ) : null}
      {machine ? (
        <>
          <MachineHeader machine={machine} />
          <MachineTabs machine={machine} />
        </>
      ) : machines && link === "live" ? (
        <NoMachine name={name} wasThere={wasThere} />
      ) : (
        <Loading name={name} />
      )}
    </>
  );
}

/** True from the first time that it was. */
function useOnce(now: boolean): boolean {
  const [once, setOnce] = useState(now);
  useEffect(() => {
    if (now) setOnce(true);
  }, [now]);
  return once;
}

/** The shape of the page: nothing moves when the machine comes. */
function Loading({ name }: { name: string }) {
  const t = useTranslations("app");
  return (
    <>
      <PageHeader title={<span className="font-mono">{name}</span>} />
      <Skeleton className="mb-4 h-9 w-56" />
      <SkeletonRows label={t("loading")} rows={5} />
    </>
  );
}

/** A name nobody has: it never had, or lost it while somebody looked. */
function NoMachine({ name, wasThere }: { name: string; wasThere: boolean }) {
  const t = useTranslations("machine");
  const ta = useTranslations("app");
  return (
    <>
      <PageHeader title={<span className="font-mono [overflow-wrap:anywhere]">{name}</span>} />
      <EmptyState
        live
        icon={wasThere ? <Trash2 aria-hidden /> : <SearchX aria-hidden />}
        title={wasThere ? t("gone", { name }) : t("unknown", { name })}
        hint={wasThere ? t("goneHint") : t("unknownHint")}
      >
        <Button asChild className="mt-2">
          <Link href="/machines">{ta("back")}</Link>
        </Button>
      </EmptyState>
    </>
  );
}
