"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useRef, useState } from "react";

import { formatCommand } from "@/lib/commands";
import type { Machine } from "@/lib/machine";
import { type TerminalInfo, terminalTitle } from "@/lib/terminal";
import { useTRPC } from "@/lib/trpc/client";
import { cn } from "@/lib/utils";
import { CommandLine } from "../ui/command-line";
import { tellFailure } from "../ui/failures";
import { useCopy } from "../ui/use-copy";
import { useNarrow } from "../ui/use-narrow";
import { KeyRow, useCtrlKey } from "./key-row";
import { LinkDialog } from "./link-dialog";
import { PasteDialog, usePaste } from "./paste-dialog";
import { SearchBar } from "./search-bar";
import { SessionNews } from "./session-news";
import { TerminalToolbar } from "./terminal-toolbar";
import { useFontSize } from "./use-font-size";
import type { FullScreen } from "./use-full-screen";
import { useOverAll } from "./use-over-all";
import { useTerminal } from "./use-terminal";

/** Below this the toolbar keeps to one line. */
const NARROW_PX = 640;

interface TerminalViewProps {
  id: string;
  /** What the list says of it; null while a new one has not reached it, and after it was closed. */
  session: TerminalInfo | null;
  machine: Machine | null;
  /** The chips, at the toolbar's beginning. */
  chips: (narrow: boolean) => ReactNode;
  full: FullScreen;
  onReopen: () => void;
  onClose: () => void;
}

/** One session on screen, with its toolbar. */
export function TerminalView({ id, session, machine, chips, full, onReopen, onClose }: TerminalViewProps) {
  const t = useTranslations("terminal");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const section = useRef<HTMLElement>(null);
  const element = useRef<HTMLDivElement>(null);
  const narrow = useNarrow(section, NARROW_PX);
  useOverAll(section, full.on);
  const [finding, setFinding] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const findField = useRef<HTMLInputElement>(null);
  const find = () => {
    setFinding(true);
    findField.current?.focus();
  };
  const { copy } = useCopy();
  const font = useFontSize();
  const ctrl = useCtrlKey();
  const terminal = useTerminal(id, element, {
    label: t("label", { name: session ? terminalTitle(session) : (machine?.name ?? "") }),
    fontSize: font.fontSize,
    onCopy: (text) => void copy(text),
    onFind: find,
    onHiddenLink: setLink,
    refusesInput: () => {
      if (session?.kind !== "console") return false;
      tellFailure({ title: t("consoleInput"), id: "terminal-input" });
      return true;
    },
    onInputLost: () => tellFailure({ title: t("inputLost"), id: "terminal-input" }),
    onRefused: () => void queryClient.invalidateQueries({ queryKey: trpc.me.queryKey() }),
    transform: ctrl.transform,
  });
  const paste = usePaste(terminal.paste);
  const { screen } = terminal;
  const copySelection = () => {
    const text = screen.current?.terminal.getSelection() ?? "";
    if (text !== "") void copy(text);
  };
  /** What is typed next goes to the program. */
  const field = {
    get current() {
      return screen.current?.terminal.textarea ?? null;
    },
  };
  const focus = () => screen.current?.terminal.focus();
  return (
    <div className="grid gap-2">
      <section
        ref={section}
        aria-label={t("terminal")}
        className={cn(
          "flex flex-col overflow-hidden border bg-panel",
          // Over the dock of small screens.
          full.on
            ? "fixed inset-0 z-25 h-dvh"
            : "h-[max(20rem,calc(100dvh-17rem))] rounded-xl max-md:h-[max(20rem,calc(100dvh-20rem))]",
        )}
      >
        <TerminalToolbar
          id={id}
          state={terminal.state}
          send={terminal.send}
          chips={chips(narrow)}
          narrow={narrow}
          full={full}
          font={font}
          onDone={focus}
          onFind={find}
          onCopy={copySelection}
          onPaste={paste.start}
        />
        <SessionNews session={session} machine={machine} terminal={terminal} onReopen={onReopen} onClose={onClose} />
        {finding ? <SearchBar screen={screen} field={findField} onClose={() => setFinding(false)} /> : null}
        <div className="min-h-0 flex-1 bg-[#0c0f11] p-2">
          <div ref={element} className="size-full overflow-auto" />
        </div>
        {session?.kind === "console" ? null : <KeyRow screen={screen} ctrl={ctrl} onPaste={paste.start} />}
      </section>
      {session ? <CommandLine className="justify-self-start" command={formatCommand(session.command)} /> : null}
      <PasteDialog {...paste} returnFocus={field} />
      <LinkDialog target={link} onDone={() => setLink(null)} returnFocus={field} />
    </div>
  );
}
