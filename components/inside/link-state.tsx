"use client";

import { LoaderCircle, Plug, PowerOff } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import type { MachineLink } from "@/lib/units";
import { EmptyState } from "../ui/empty-state";

/** Refusals that the page tells in the reader's language. */
const REASONS = [
  { reason: "vm", title: "vm.title", hint: "vm.hint" },
  { reason: "no-systemd", title: "no-systemd.title", hint: "no-systemd.hint" },
  { reason: "no-dbus", title: "no-dbus.title", hint: "no-dbus.hint" },
  { reason: "too-many", title: "too-many.title", hint: "too-many.hint" },
] as const;

interface LinkStateProps {
  name: string;
  /** Anything but "connected". */
  link: MachineLink;
  /** What a machine that is stopped cannot show. */
  stopped: ReactNode;
}

/** Why nothing can be seen inside a machine at the moment, and what to do about it. */
export function LinkState({ name, link, stopped }: LinkStateProps) {
  const t = useTranslations("inside");
  if (link.link === "stopped")
    return (
      <Told icon={<PowerOff aria-hidden />} title={t("stopped", { name })}>
        {stopped}
      </Told>
    );
  if (link.link !== "refused")
    return (
      <Told icon={<LoaderCircle aria-hidden className="animate-spin" />} title={t("connecting", { name })}>
        {t("connectingHint")}
      </Told>
    );
  const known = REASONS.find(({ reason }) => reason === link.reason);
  return (
    <Told icon={<Plug aria-hidden />} title={known ? t(known.title, { name }) : link.message}>
      {known ? t(known.hint) : link.hint}
    </Told>
  );
}

function Told({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <div role="status">
      <EmptyState icon={icon} title={title}>
        <p className="max-w-md text-balance">{children}</p>
      </EmptyState>
    </div>
  );
}
