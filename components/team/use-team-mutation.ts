"use client";

import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { describeError } from "@/lib/trpc/describe-error";
import { tellFailure } from "../ui/failures";

/** A change that says what went wrong (unless `quiet`: then its form does), and has what it may have changed read again either way. */
export function useTeamMutation<Input, Output>(
  mutationFn: (input: Input) => Promise<Output>,
  changes: readonly QueryKey[],
  { quiet = false } = {},
) {
  const t = useTranslations("team");
  const tApp = useTranslations("app");
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onError: (error) => {
      if (quiet) return;
      const { message, hint } = describeError(error, tApp("unreachable"));
      tellFailure({ title: t("failed"), detail: [message, hint].filter(Boolean).join(" "), shownMs: 10_000 });
    },
    onSettled: () => Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
