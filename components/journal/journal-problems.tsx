"use client";

import { useTranslations } from "next-intl";

import type { JournalProblem } from "@/lib/journal";
import { Notice } from "../ui/notice";

const WORDS = {
  corrupted: "problem.corrupted",
  truncated: "problem.truncated",
  unsupported: "problem.unsupported",
  unreadable: "problem.unreadable",
} as const satisfies Record<Exclude<JournalProblem["problem"], "damaged">, string>;

/** Files of the journal that could not be read: what is shown is the rest. */
export function JournalProblems({ problems }: { problems: readonly JournalProblem[] }) {
  const t = useTranslations("journal");
  if (problems.length === 0) return null;
  const files = problems.map(({ file, problem, text }) => {
    if (problem === "damaged") return t("problem.damaged");
    return file === null ? text : t(WORDS[problem], { file });
  });
  const joined = files.reduce((before, next) => t("problem.joined", { before, next }));
  return <Notice>{t("problems", { count: problems.length, files: joined })}</Notice>;
}
