import { Scissors } from "lucide-react";
import { useTranslations } from "next-intl";

import type { Recording } from "@/lib/recording";
import { Badge } from "../ui/badge";

const TEXTS = {
  limit: { word: "early.limit.word", hint: "early.limit.hint" },
  slow: { word: "early.slow.word", hint: "early.slow.hint" },
  cut: { word: "early.cut.word", hint: "early.cut.hint" },
} as const;

/** Says of a recording that it ended before anybody wanted it to, in a word or in a sentence; nothing of one that did not. */
export function EarlyEnd({ recording, explained = false }: { recording: Recording; explained?: boolean }) {
  const t = useTranslations("recordings");
  const { live, end } = recording;
  if (live || end === "stopped" || end === "ended") return null;
  const { word, hint } = TEXTS[end === "limit" || end === "slow" ? end : "cut"];
  if (explained)
    return (
      <span className="inline-flex items-center gap-1.5 text-busy">
        <Scissors aria-hidden className="size-4 shrink-0" />
        {t(hint)}
      </span>
    );
  return (
    <Badge tone="busy" title={t(hint)}>
      <Scissors aria-hidden />
      {t(word)}
    </Badge>
  );
}
