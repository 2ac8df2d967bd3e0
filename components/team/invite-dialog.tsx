"use client";

import { Check, Copy, UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { type SubmitEvent, useId, useState } from "react";

import { emailSchema } from "@/lib/accounts";
import { ROLES, type Role } from "@/lib/roles";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { describeError } from "@/lib/trpc/describe-error";
import { Button } from "../ui/button";
import { Dialog, DialogFooter } from "../ui/dialog";
import { Field } from "../ui/field";
import { Select } from "../ui/select";
import { useCopy } from "../ui/use-copy";
import { ROLE_MAY } from "./role-badge";
import { useTeamMutation } from "./use-team-mutation";

interface Invited {
  email: string;
  role: Role;
  url: string;
}

/** Asks whom to invite as what, then shows the link this once. */
export function InviteButton() {
  const t = useTranslations("team");
  const [open, setOpen] = useState(false);
  const [invited, setInvited] = useState<Invited | null>(null);
  const onOpenChange = (opens: boolean) => {
    setOpen(opens);
    if (opens) setInvited(null);
  };
  return (
    <>
      <Button variant="primary" onClick={() => onOpenChange(true)}>
        <UserPlus aria-hidden />
        {t("invite")}
      </Button>
      <Dialog
        open={open}
        onOpenChange={onOpenChange}
        title={invited ? t("linkTitle", { email: invited.email }) : t("inviteTitle")}
        description={invited ? t("linkText", { role: t(invited.role) }) : t("inviteText")}
      >
        {invited ? (
          <InvitedLink url={invited.url} onDone={() => onOpenChange(false)} />
        ) : (
          <InviteForm onInvited={setInvited} onCancel={() => onOpenChange(false)} />
        )}
      </Dialog>
    </>
  );
}

function InviteForm({ onInvited, onCancel }: { onInvited: (invited: Invited) => void; onCancel: () => void }) {
  const t = useTranslations("team");
  const tApp = useTranslations("app");
  const tAuth = useTranslations("auth");
  const id = useId();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const [problem, setProblem] = useState("");
  const invite = useTeamMutation(
    (input: { email: string; role: Role }) => client.users.invite.mutate(input),
    [trpc.users.invitations.queryKey()],
    { quiet: true },
  );
  function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    const parsed = emailSchema.safeParse(email);
    setProblem(parsed.success ? "" : tAuth("badEmail"));
    if (!parsed.success || invite.isPending) return;
    invite.mutate(
      { email: parsed.data, role },
      {
        // The link comes relative where the api does not know its own address.
        onSuccess: ({ url }) => onInvited({ email: parsed.data, role, url: new URL(url, window.location.origin).href }),
        onError: (error) => setProblem(describeError(error, tApp("unreachable")).message),
      },
    );
  }
  return (
    <form noValidate onSubmit={onSubmit} className="grid gap-3">
      <Field
        label={t("email")}
        error={problem}
        type="email"
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <div className="grid gap-1">
        <label htmlFor={id} className="font-medium">
          {t("role")}
        </label>
        <Select
          id={id}
          label={t("role")}
          value={role}
          options={ROLES.map((one) => ({ value: one, label: t(one) }))}
          onValueChange={setRole}
        />
        <p className="text-ink-3 text-xs">{t(ROLE_MAY[role])}</p>
      </div>
      <DialogFooter>
        <Button onClick={onCancel}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" aria-disabled={invite.isPending}>
          {invite.isPending ? t("making") : t("makeLink")}
        </Button>
      </DialogFooter>
    </form>
  );
}

function InvitedLink({ url, onDone }: { url: string; onDone: () => void }) {
  const t = useTranslations("team");
  const { copied, copy } = useCopy();
  const Icon = copied ? Check : Copy;
  return (
    <>
      <Field
        label={t("link")}
        className="font-mono text-xs"
        readOnly
        value={url}
        onFocus={(event) => event.target.select()}
      />
      <DialogFooter>
        <Button onClick={onDone}>{t("done")}</Button>
        <Button variant="primary" autoFocus onClick={() => void copy(url)}>
          <Icon aria-hidden />
          {copied ? t("linkCopied") : t("copyLink")}
        </Button>
      </DialogFooter>
    </>
  );
}
