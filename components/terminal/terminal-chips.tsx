"use client";

import { LogIn, ScrollText, SquareTerminal, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { type TerminalInfo, type TerminalKind, terminalTitle } from "@/lib/terminal";
import { cn } from "@/lib/utils";

export const KIND_ICONS = { login: LogIn, shell: SquareTerminal, console: ScrollText } satisfies Record<
  TerminalKind,
  unknown
>;

export interface ChipsProps {
  sessions: readonly TerminalInfo[];
  active: string | null;
  /** Whether the chips name the machine: on a machine's own page that would be said twice. */
  withMachine: boolean;
  onChoose: (id: string) => void;
  onClose: (session: TerminalInfo) => void;
  children?: ReactNode;
}

/** One chip a session. */
export function TerminalChips({ sessions, active, withMachine, onChoose, onClose, children }: ChipsProps) {
  const t = useTranslations("terminal");
  const names = useSessionNames(sessions, withMachine);
  return (
    <ul aria-label={t("tabs")} className="flex min-w-0 flex-wrap items-center gap-1.5">
      {sessions.map((session, index) => {
        const Icon = KIND_ICONS[session.kind];
        const isActive = session.id === active;
        const name = names[index] ?? session.machine;
        return (
          <li
            key={session.id}
            className={cn(
              "inline-flex h-[26px] items-center rounded-full border text-[12.5px]",
              isActive ? "border-transparent bg-accent-soft text-ink" : "border-line-2 text-ink-2 hover:text-ink",
            )}
          >
            <button
              type="button"
              aria-current={isActive ? "true" : undefined}
              className={cn(
                "inline-flex h-full items-center gap-1.5 rounded-full pr-1 pl-2.5",
                session.state === "exited" && "line-through decoration-ink-3",
              )}
              onClick={() => onChoose(session.id)}
            >
              <Icon aria-hidden className="size-3.5" />
              <span className={session.kind === "shell" ? "font-mono" : undefined}>{name}</span>
              {session.state === "exited" ? <span className="sr-only">{t("ended")}</span> : null}
            </button>
            <button
              type="button"
              aria-label={t("closeName", { name })}
              className="mr-1 grid size-5 place-items-center rounded-full text-ink-3 hover:bg-stop-soft hover:text-ink"
              onClick={() => onClose(session)}
            >
              <X aria-hidden className="size-3" />
            </button>
          </li>
        );
      })}
      {children ? <li>{children}</li> : null}
    </ul>
  );
}

/** What each session is called beside the others. */
export function useSessionNames(sessions: readonly TerminalInfo[], withMachine: boolean): string[] {
  const t = useTranslations("terminal");
  return nameSessions(sessions, (session) => {
    if (session.kind === "shell") return withMachine ? terminalTitle(session) : (session.user ?? t("shell"));
    return withMachine ? `${session.machine} ${t(session.kind)}` : t(session.kind);
  });
}

/** The second of a name is numbered, so that two root shells can be told apart. */
function nameSessions(sessions: readonly TerminalInfo[], nameOf: (session: TerminalInfo) => string): string[] {
  const seen = new Map<string, number>();
  return sessions.map((session) => {
    const name = nameOf(session);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} ${count}`;
  });
}
