"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useCallback, useEffect, useState } from "react";

import { type LinkCheckResult, linkCheckResultSchema } from "@/lib/accounts";
import { formatDateTime } from "@/lib/format";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { Skeleton } from "../ui/skeleton";
import { postAccount } from "./post-account";

export type LinkKind = "setup" | "invite";

interface LinkGateProps {
  kind: LinkKind;
  /** The form of a valid link; `recheck` asks again what the link is good for. */
  children: (link: LinkCheckResult, token: string, recheck: () => void) => ReactNode;
}

/** Looks at the link of the address before anything is filled in; a dead one is explained, with what to do. */
export function LinkGate({ kind, children }: LinkGateProps) {
  const token = useSearchParams().get("token") ?? "";
  const [link, setLink] = useState<LinkCheckResult | "failed" | null>(null);
  const check = useCallback(
    async (signal?: AbortSignal) => {
      const answer = await postAccount(`/api/${kind}/check`, { token }, signal);
      if (signal?.aborted) return;
      const parsed = answer?.ok ? linkCheckResultSchema.safeParse(answer.body) : null;
      setLink(parsed?.success ? parsed.data : "failed");
    },
    [kind, token],
  );
  useEffect(() => {
    if (token === "") return;
    const controller = new AbortController();
    void check(controller.signal);
    return () => controller.abort();
  }, [check, token]);
  const recheck = () => void check();
  if (token === "") return <DeadLink kind={kind} state="missing" />;
  if (link === null) return <Checking />;
  if (link === "failed") return <CheckFailed onRetry={recheck} />;
  const { state, expiresAt } = link;
  return state === "valid" ? (
    children(link, token, recheck)
  ) : (
    <DeadLink kind={kind} state={state} expiresAt={expiresAt} />
  );
}

function Checking() {
  const t = useTranslations("auth");
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">{t("checking")}</span>
      <Skeleton className="h-7 w-48" />
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
    </div>
  );
}

function CheckFailed({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations("auth");
  const tApp = useTranslations("app");
  return (
    <Explanation title={t("checkFailedTitle")} text={t("unreachable")}>
      <Button onClick={onRetry}>{tApp("retry")}</Button>
    </Explanation>
  );
}

const DEAD_LINKS = {
  missing: { title: "missingTitle", text: "missingText" },
  unknown: { title: "unknownTitle", text: "unknownText" },
  expired: { title: "expiredTitle", text: "expiredText" },
  used: { title: "usedTitle", text: "usedText" },
} as const;

interface DeadLinkProps {
  kind: LinkKind;
  state: keyof typeof DEAD_LINKS;
  expiresAt?: string | null;
}

function DeadLink({ kind, state, expiresAt }: DeadLinkProps) {
  const t = useTranslations("auth");
  const locale = useLocale();
  const { title, text } = DEAD_LINKS[state];
  const time = expiresAt ? formatDateTime(new Date(expiresAt), locale) : "";
  return (
    <Explanation title={t(title)} text={t(text, { time })}>
      {state === "used" ? (
        <Button asChild variant="primary">
          <Link href="/sign-in">{t("signIn")}</Link>
        </Button>
      ) : kind === "setup" ? (
        <>
          <p>{t("newSetupLink")}</p>
          <CommandLine command="machineroom setup-link" />
        </>
      ) : (
        <p>{t("newInvitation")}</p>
      )}
    </Explanation>
  );
}

function Explanation({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <div role="alert" className="grid gap-3 text-ink-2">
      <h1 className="font-semibold text-ink text-xl tracking-tight">{title}</h1>
      <p>{text}</p>
      {children}
    </div>
  );
}
