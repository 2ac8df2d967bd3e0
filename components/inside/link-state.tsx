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
    return <EmptyState live icon={<PowerOff aria-hidden />} title={t("stopped", { name })} hint={stopped} />;
  if (link.link !== "refused")
    return (
      <EmptyState
        live
        icon={<LoaderCircle aria-hidden className="animate-spin" />}
        title={t("connecting", { name })}
        hint={t("connectingHint")}
      />
    );
  const known = REASONS.find(({ reason }) => reason === link.reason);
  return (
    <EmptyState
      live
      icon={<Plug aria-hidden />}
      title={known ? t(known.title, { name }) : link.message}
      hint={known ? t(known.hint) : link.hint}
    />
  );
}
