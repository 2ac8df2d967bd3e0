"use client";

import { useTranslations } from "next-intl";

import type { BuildFailure } from "@/lib/build";
import type { BuildReason } from "@/lib/build-reasons";

/** The page's own words; `detail` where what the api said has more in it: a tool's last words, say. */
const WORDS = {
  "name-taken": { title: "why.name-taken.title", hint: "why.name-taken.hint", detail: false },
  "being-built": { title: "why.being-built.title", hint: "why.being-built.hint", detail: false },
  "missing-tool": { title: "why.missing-tool.title", hint: "why.missing-tool.hint", detail: true },
  "disk-full": { title: "why.disk-full.title", hint: "why.disk-full.hint", detail: true },
  "dead-mirror": { title: "why.dead-mirror.title", hint: "why.dead-mirror.hint", detail: true },
  "broken-signature": { title: "why.broken-signature.title", hint: "why.broken-signature.hint", detail: true },
  "damaged-package": { title: "why.damaged-package.title", hint: "why.damaged-package.hint", detail: true },
  "no-signature": { title: "why.no-signature.title", hint: "why.no-signature.hint", detail: true },
  "arch-keyring": { title: "why.arch-keyring.title", hint: "why.arch-keyring.hint", detail: true },
  keyring: { title: "why.keyring.title", hint: "why.keyring.hint", detail: true },
  "no-mirror": { title: "why.no-mirror.title", hint: "why.no-mirror.hint", detail: true },
  "no-package": { title: "why.no-package.title", hint: "why.no-package.hint", detail: true },
  "no-suite": { title: "why.no-suite.title", hint: "why.no-suite.hint", detail: true },
  stopped: { title: "why.stopped.title", hint: "why.stopped.hint", detail: false },
  lost: { title: "why.lost.title", hint: "why.lost.hint", detail: false },
} as const satisfies Record<BuildReason, { title: string; hint: string; detail: boolean }>;

/** Why a build was refused or how it failed, and what to try; `name` is the machine's. */
export function BuildProblem({ told, name }: { told: BuildFailure; name: string }) {
  const t = useTranslations("builds");
  const words = told.reason === null ? null : WORDS[told.reason];
  const hint = words ? t(words.hint) : told.hint;
  return (
    <div role="alert" className="grid gap-1 rounded-xl border border-line border-l-4 border-l-fail bg-panel px-4 py-3">
      <p className="font-semibold [overflow-wrap:anywhere]">{words ? t(words.title, { name }) : told.message}</p>
      {words?.detail ? (
        <p className="font-mono text-[12.5px] text-ink-2 [overflow-wrap:anywhere]">{told.message}</p>
      ) : null}
      {hint ? <p className="text-ink-2 [overflow-wrap:anywhere]">{hint}</p> : null}
    </div>
  );
}
