"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { matchesWords } from "@/lib/match-words";
import { useTRPC } from "@/lib/trpc/client";
import { ErrorState } from "../ui/error-state";
import { Input } from "../ui/field";
import { SkeletonRows } from "../ui/skeleton";

/** Every property that `machinectl show` prints, in its words; read when it is opened. */
export function Properties({ name }: { name: string }) {
  const t = useTranslations("machine");
  const [open, setOpen] = useState(false);
  return (
    <details className="group rounded-xl border bg-panel" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex cursor-pointer items-center gap-2 rounded-xl px-3 py-2.5 font-medium">
        <ChevronRight aria-hidden className="size-4 text-ink-3 group-open:rotate-90" />
        {t("properties")}
        <code className="ml-auto font-mono text-ink-3 text-xs max-md:hidden">machinectl show {name}</code>
      </summary>
      {open ? <PropertyList name={name} /> : null}
    </details>
  );
}

function PropertyList({ name }: { name: string }) {
  const t = useTranslations("machine");
  const ta = useTranslations("app");
  const trpc = useTRPC();
  const [text, setText] = useState("");
  const properties = useQuery({ ...trpc.machines.properties.queryOptions({ name }), refetchOnMount: "always" });
  if (properties.error) return <ErrorState error={properties.error} onRetry={() => void properties.refetch()} />;
  if (!properties.data) return <SkeletonRows label={ta("loading")} />;
  const shown = properties.data.filter(({ key, value }) => matchesWords([`${key}=${value}`], text));
  return (
    <>
      <div className="border-t p-2">
        <Input
          type="search"
          className="w-60 max-md:w-full"
          aria-label={t("filterProperties")}
          placeholder={t("filterProperties")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      {shown.length === 0 ? <p className="border-t px-3 py-2 text-ink-2">{t("noProperty")}</p> : null}
      <dl className="font-mono text-[13px]">
        {shown.map(({ key, value }) => (
          <div key={key} className="grid gap-x-4 border-t px-3 py-1.5 md:grid-cols-[16rem_1fr]">
            <dt className="text-ink-3">{key}</dt>
            <dd className="[overflow-wrap:anywhere]">{value || <span className="text-ink-3">—</span>}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
