"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import type { Build } from "@/lib/build";

const LOGIN_KEYS = { none: "loginNone", password: "loginPassword", passwordless: "loginPasswordless" } as const;

/** What the build was asked for. */
export function BuildOptions({ options }: { options: Build["options"] }) {
  const t = useTranslations("builds");
  return (
    <section className="grid gap-2">
      <h2 className="font-semibold text-[13px] text-ink-2">{t("options")}</h2>
      <dl className="grid gap-x-6 gap-y-2 rounded-xl border border-line bg-panel px-4 py-3 sm:grid-cols-[auto_minmax(0,1fr)]">
        <Row label={t("rootLogin")}>{t(LOGIN_KEYS[options.rootLogin.kind])}</Row>
        <Words label={t("packages")} words={options.packages} />
        <Words label={t("ignore")} words={options.ignore} />
        <Words label={t("suite")} words={options.suite} />
        <Words label={t("mirror")} words={options.mirror} />
        <Words label={t("config")} words={options.config} />
      </dl>
    </section>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3 max-sm:text-xs">{label}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere] max-sm:mb-1.5">{children}</dd>
    </>
  );
}

function Words({ label, words }: { label: string; words: string | string[] | undefined }) {
  const text = Array.isArray(words) ? words.join(" ") : words;
  if (text === undefined || text === "") return null;
  return (
    <Row label={label}>
      <span className="font-mono text-[12.5px]">{text}</span>
    </Row>
  );
}
