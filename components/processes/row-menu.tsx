"use client";

import { Ellipsis, ExternalLink, Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";

import type { CgroupRow } from "@/lib/cgroup-view";
import type { Cgroup, CgroupSample } from "@/lib/cgroups";
import { Button } from "../ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu";
import { type SignalSubject, subjectName } from "./signal-dialog";

interface RowMenuProps {
  row: CgroupRow;
  topmost: CgroupSample;
  /** The keyboard reaches it by Tab from its row. */
  tabbable: boolean;
  onSignal: (subject: SignalSubject, from: HTMLElement | null) => void;
}

/** The unit, or the group, that can get a signal: those of the machine itself, not what the host has around it. */
function subjectOf(row: CgroupRow, { payload }: CgroupSample): SignalSubject | null {
  if (row.kind === "process") return { kind: "process", process: row.process };
  const { group } = row;
  if (!group.path.startsWith(`${payload}/`)) return null;
  return group.unit === null ? { kind: "group", group } : { kind: "unit", unit: group.unit };
}

/** What can be done with a process or a unit, for operators. */
export function RowMenu({ row, topmost, tabbable, onSignal }: RowMenuProps) {
  const t = useTranslations("processes");
  const trigger = useRef<HTMLButtonElement>(null);
  const subject = subjectOf(row, topmost);
  if (subject === null) return null;
  const words = { process: t("signalProcess"), unit: t("signalUnit"), group: t("signalGroup") };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button
          ref={trigger}
          variant="icon"
          tabIndex={tabbable ? 0 : -1}
          aria-label={t("actionsOf", { name: subjectName(subject, (pid) => t("processName", { pid })) })}
        >
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => onSignal(subject, trigger.current)}>
          <Send aria-hidden />
          {words[subject.kind]}
        </DropdownMenuItem>
        {row.kind === "group" ? <UnitLink group={row.group} /> : null}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

function UnitLink({ group: { unit } }: { group: Cgroup }) {
  const t = useTranslations("processes");
  if (unit === null) return null;
  return (
    <DropdownMenuItem asChild>
      <a href={`?unit=${encodeURIComponent(unit)}#units`}>
        <ExternalLink aria-hidden />
        {t("openUnit")}
      </a>
    </DropdownMenuItem>
  );
}
