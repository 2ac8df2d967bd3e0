"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useState } from "react";
import { z } from "zod";

import { safeNext } from "@/lib/safe-next";
import { Button } from "../ui/button";

const errorSchema = z.object({ message: z.string(), hint: z.string().nullish() });

interface AccountFormProps {
  title: string;
  hint?: string;
  action: string;
  submit: string;
  busy: string;
  children: ReactNode;
  /** Sent along with the form's fields. */
  extra?: Record<string, string>;
  /** What a 401 means here. */
  refused?: string;
}

/** A page-sized form that posts JSON and goes on when the server agrees, to the `next` of the address or to the machines; what was typed stays on errors. */
export function AccountForm({ title, hint, action, submit, busy, children, extra, refused }: AccountFormProps) {
  const t = useTranslations("auth");
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget));
    setPending(true);
    setError(null);
    try {
      const answer = await fetch(action, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...fields, ...extra }),
      });
      if (answer.ok) {
        window.location.assign(safeNext(new URLSearchParams(window.location.search).get("next")));
        return;
      }
      const body = errorSchema.safeParse(await answer.json().catch(() => null));
      if (answer.status === 401 && refused) setError(refused);
      else if (answer.status === 429) setError(t("tooMany"));
      else setError(body.success ? [body.data.message, body.data.hint].filter(Boolean).join(" ") : t("unreachable"));
    } catch {
      setError(t("unreachable"));
    }
    setPending(false);
  }

  return (
    <main className="grid min-h-screen place-items-center p-4">
      <form onSubmit={onSubmit} className="grid w-full max-w-sm gap-4 rounded-xl border border-line bg-panel p-6">
        <h1 className="font-semibold text-xl">{title}</h1>
        {hint ? <p className="text-ink-2">{hint}</p> : null}
        {children}
        {error ? (
          <p role="alert" className="rounded-lg bg-fail-soft px-3 py-2 text-fail">
            {error}
          </p>
        ) : null}
        <Button type="submit" variant="primary" disabled={pending}>
          {pending ? busy : submit}
        </Button>
      </form>
    </main>
  );
}
