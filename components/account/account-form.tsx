"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, type SubmitEvent, useRef, useState } from "react";

import { emailSchema, PASSWORD_MIN_LENGTH } from "@/lib/accounts";
import { safeNext } from "@/lib/safe-next";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { useHydrated } from "../ui/use-hydrated";
import { PasswordField } from "./password-field";
import { type AccountAnswer, postAccount } from "./post-account";

export interface AccountField {
  name: string;
  label: string;
  autoComplete: string;
  type: "text" | "email" | "password";
  hint?: string;
  /** Shown, sent to nobody, and not to be changed. */
  fixed?: string;
}

export interface Refusal {
  /** The field it is about; without one it stands below the form. */
  field?: string;
  text: string;
}

interface PostFormProps {
  action: string;
  submit: string;
  busy: string;
  fields: readonly AccountField[];
  /** Sent along with the fields. */
  extra?: Record<string, string | boolean>;
  /** What a refusal means here; null leaves it to the form. */
  explain?: (answer: AccountAnswer & { ok: false }) => Refusal | null;
  /** Told of a refusal, which the form shows all the same. */
  onRefused?: () => void;
  /** The api agreed. */
  onDone: (form: HTMLFormElement) => void;
  /** The page is about to be left: the form stays busy until then. */
  keepsBusy?: boolean;
  /** Between fields and button. */
  children?: ReactNode;
}

/** A page-sized form that goes on, once the api agrees, to the `next` of the address or to the machines. */
export function AccountForm({
  title,
  hint,
  ...form
}: Omit<PostFormProps, "onDone" | "keepsBusy"> & { title: string; hint?: ReactNode }) {
  return (
    <div className="grid gap-4">
      <div className="grid gap-1">
        <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
        {hint ? <p className="text-ink-2">{hint}</p> : null}
      </div>
      <PostForm
        {...form}
        keepsBusy
        onDone={() => window.location.assign(safeNext(new URLSearchParams(window.location.search).get("next")))}
      />
    </div>
  );
}

/** Posts its fields as JSON to an endpoint outside the router. What was typed stays on errors, and each field says what is wrong with it. */
export function PostForm({
  action,
  submit,
  busy,
  fields,
  extra,
  explain,
  onRefused,
  onDone,
  keepsBusy = false,
  children,
}: PostFormProps) {
  const t = useTranslations("auth");
  const form = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const hydrated = useHydrated();

  function problemOf({ type, autoComplete }: AccountField, value: string): string | null {
    if (value.trim() === "") return t("required");
    if (type === "email" && !emailSchema.safeParse(value).success) return t("badEmail");
    const isTooShort = autoComplete === "new-password" && value.length < PASSWORD_MIN_LENGTH;
    return isTooShort ? t("tooShort", { count: PASSWORD_MIN_LENGTH }) : null;
  }

  function show(problems: Record<string, string>) {
    setErrors(problems);
    const first = fields.find(({ name }) => problems[name]);
    if (first) form.current?.querySelector<HTMLInputElement>(`[name="${first.name}"]`)?.focus();
  }

  function tell(answer: AccountAnswer & { ok: false }) {
    onRefused?.();
    const explained = explain?.(answer);
    if (explained?.field) show({ [explained.field]: explained.text });
    else if (explained) setRefusal(explained.text);
    else setRefusal(answer.waitSec === null ? answer.message : t("tooMany", { seconds: answer.waitSec }));
  }

  async function onSubmit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const values = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([key, value]) => [key, String(value)]),
    );
    const asked = fields.filter(({ fixed }) => fixed === undefined);
    const problems = asked.flatMap((field) => {
      const problem = problemOf(field, values[field.name] ?? "");
      return problem ? [[field.name, problem] as const] : [];
    });
    setRefusal(null);
    show(Object.fromEntries(problems));
    if (problems.length > 0) return;
    setPending(true);
    const body = Object.fromEntries(asked.map(({ name }) => [name, values[name] ?? ""]));
    const answer = await postAccount(action, { ...body, ...extra });
    if (answer?.ok) {
      if (form.current) onDone(form.current);
      setPending(keepsBusy);
      return;
    }
    if (answer) tell(answer);
    else setRefusal(t("unreachable"));
    setPending(false);
  }

  return (
    <form ref={form} noValidate onSubmit={(event) => void onSubmit(event)} className="grid gap-4">
      <div className="grid gap-1.5">
        {fields.map(({ name, label, type, autoComplete, hint: fieldHint, fixed }) => {
          const Input = type === "password" ? PasswordField : Field;
          return (
            <Input
              key={name}
              name={name}
              label={label}
              hint={fieldHint}
              error={errors[name] ?? ""}
              autoComplete={autoComplete}
              className="h-9 read-only:bg-stop-soft read-only:text-ink-2"
              {...(type === "password" ? {} : { type })}
              {...(fixed === undefined ? { required: true } : { readOnly: true, value: fixed })}
            />
          );
        })}
      </div>
      {children}
      {/* A browser sends a form whose code is not there yet itself, with what was typed in the address. Not disabled while it is
          busy: that would take the focus away. */}
      <Button type="submit" variant="primary" className="h-9" disabled={!hydrated} aria-disabled={pending}>
        {pending ? busy : submit}
      </Button>
      {refusal ? (
        <p role="alert" className="rounded-lg bg-fail-soft px-3 py-2 text-fail">
          {refusal}
        </p>
      ) : null}
    </form>
  );
}
