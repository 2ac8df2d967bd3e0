"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";

import type { SplitCommand } from "@/lib/split-command";
import { Checkbox } from "../ui/checkbox";

interface CommandWordsProps {
  split: SplitCommand;
  inShell: boolean;
  onInShell: (inShell: boolean) => void;
}

/** What the program will get, word by word, so that nobody wonders who reads a quote or a `*`. */
export function CommandWords({ split, inShell, onInShell }: CommandWordsProps) {
  const t = useTranslations("machine");
  const id = useId();
  return (
    <div className="grid gap-2">
      <div aria-live="polite" className="grid gap-1.5 text-xs">
        {split.ok ? <Words words={split.words} /> : <p className="text-fail">{t(split.problem)}</p>}
        {split.ok && split.shellCharacter !== null ? (
          <p className="text-busy">{t("noShell", { character: split.shellCharacter })}</p>
        ) : null}
      </div>
      <div className="flex items-center gap-2">
        <Checkbox id={id} checked={inShell} onCheckedChange={(checked) => onInShell(checked === true)} />
        <label htmlFor={id}>
          {t("inShell")} <code className="font-mono text-ink-3 text-xs">/bin/sh -c</code>
        </label>
      </div>
    </div>
  );
}

function Words({ words }: { words: readonly string[] }) {
  const t = useTranslations("machine");
  if (words.length === 0) return <p className="text-ink-3">{t("wordsHint")}</p>;
  return (
    <ol aria-label={t("words")} className="flex max-h-24 flex-wrap gap-1 overflow-y-auto">
      {words.map((word, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a word is told from its like by its place only.
          key={index}
          className="whitespace-pre-wrap rounded-sm border bg-stop-soft px-1.5 font-mono text-ink-2 [overflow-wrap:anywhere]"
        >
          {word === "" ? <span className="text-ink-3">{t("emptyWord")}</span> : word}
        </li>
      ))}
    </ol>
  );
}
