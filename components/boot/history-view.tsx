"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { BootList } from "./boot-list";
import { CompareBoots } from "./compare-boots";
import { HistoryChart } from "./history-chart";
import { useHistory } from "./use-boot";

/** Every recorded boot of a machine, also while it is stopped: how long each took, and any two side by side. */
export function HistoryView({ name }: { name: string }) {
  const t = useTranslations("boot");
  const ta = useTranslations("app");
  const { rows, error, retry } = useHistory(name);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  if (error) return <ErrorState error={error} onRetry={retry} />;
  if (!rows) return <SkeletonRows label={ta("loading")} />;
  if (rows.length === 0) {
    return <EmptyState title={t("noHistory")} hint={t("noHistoryHint")} />;
  }
  // The older one is what the newer is measured by.
  const [b, a] = rows.filter(({ bootId }) => chosen.includes(bootId));
  return (
    <>
      <HistoryChart rows={rows} chosen={chosen} />
      {a && b ? <CompareBoots key={`${a.bootId} ${b.bootId}`} name={name} a={a.bootId} b={b.bootId} /> : null}
      <BootList
        rows={rows}
        chosen={chosen}
        // Of three the one chosen first gives way.
        onChoose={(bootId, on) =>
          setChosen((before) => (on ? [...before, bootId].slice(-2) : before.filter((one) => one !== bootId)))
        }
      />
    </>
  );
}
