"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";

import type { Build } from "@/lib/build";
import { Input } from "../ui/field";

/** What the build installed, by the tree's own package database. */
export function PackageList({ packages }: { packages: NonNullable<Build["packages"]> }) {
  const t = useTranslations("builds");
  const [text, setText] = useState("");
  const shown = packages.filter(({ name }) => name.includes(text.trim().toLowerCase()));
  return (
    <section className="grid gap-2">
      <h2 className="font-semibold text-[13px] text-ink-2">{t("packageCount", { count: packages.length })}</h2>
      <Input
        type="search"
        className="max-w-60"
        aria-label={t("filterPackages")}
        placeholder={t("filterPackages")}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <ul
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="grid max-h-80 grid-cols-[repeat(auto-fill,minmax(min(16rem,100%),1fr))] gap-x-8 overflow-y-auto rounded-xl border border-line bg-panel px-4 py-3 font-mono text-[12.5px] -outline-offset-2"
      >
        {shown.map(({ name, version }) => (
          <li key={name} className="flex min-w-0 justify-between gap-3">
            <span className="min-w-0 truncate">{name}</span>
            <span className="shrink-0 text-ink-3">{version}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
