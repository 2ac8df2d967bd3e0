"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Maximize2, Minimize2, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useRef, useState } from "react";

import { formatCommand } from "@/lib/commands";
import type { Machine } from "@/lib/machine";
import { type TerminalInfo, terminalTitle } from "@/lib/terminal";
import { useTRPC } from "@/lib/trpc/client";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu";
import { tellFailure } from "../ui/failures";
import { useCopy } from "../ui/use-copy";
import { KeyRow, useCtrlKey } from "./key-row";
import { PasteDialog, usePaste } from "./paste-dialog";
import { PeopleMenu } from "./people-menu";
import { RecordControl } from "./record-control";
import { SearchBar } from "./search-bar";
import { SessionNews } from "./session-news";
import { TerminalStatus } from "./terminal-status";
import { useFontSize } from "./use-font-size";
import { useTerminal } from "./use-terminal";

interface TerminalViewProps {
  id: string;
  /** What the list says of it; null while a new one has not reached it, and after it was closed. */
  session: TerminalInfo | null;
  machine: Machine | null;
  /** The chips, at the toolbar's beginning. */
  chips: ReactNode;
  onReopen: () => void;
  onClose: () => void;
}

/** One session on screen, with its toolbar. */
export function TerminalView({ id, session, machine, chips, onReopen, onClose }: TerminalViewProps) {
  const t = useTranslations("terminal");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const element = useRef<HTMLDivElement>(null);
  const [finding, setFinding] = useState(false);
  const [filling, setFilling] = useState(false);
  const { copy } = useCopy();
  const font = useFontSize();
  const ctrl = useCtrlKey();
  const terminal = useTerminal(id, element, {
    label: t("label", { name: session ? terminalTitle(session) : (machine?.name ?? "") }),
    fontSize: font.fontSize,
    onCopy: (text) => void copy(text),
    onFind: () => setFinding(true),
    onInputLost: () => tellFailure({ title: t("inputLost"), id: "terminal-input" }),
    onRefused: () => void queryClient.invalidateQueries({ queryKey: trpc.me.queryKey() }),
    transform: ctrl.transform,
  });
  const paste = usePaste(terminal.paste);
  const { screen } = terminal;
  const copySelection = () => {
    const text = screen.current?.terminal.getSelection() ?? "";
    if (text !== "") void copy(text);
    screen.current?.terminal.focus();
  };
  return (
    <div className="grid gap-2">
      <section
        aria-label={t("terminal")}
        className={cn(
          "flex flex-col overflow-hidden border bg-panel",
          filling ? "fixed inset-0 z-20 h-dvh" : "h-[max(20rem,calc(100dvh-17rem))] rounded-xl",
        )}
      >
        <div className="flex flex-wrap items-center gap-x-1 gap-y-1.5 border-b px-2.5 py-1.5">
          {chips}
          <span className="ml-auto flex flex-wrap items-center justify-end gap-0.5">
            <RecordControl id={id} state={terminal.state} />
            <TerminalStatus state={terminal.state} />
            <PeopleMenu state={terminal.state} send={terminal.send} />
            <Button variant="icon" className="size-7" aria-label={t("find")} onClick={() => setFinding(true)}>
              <Search aria-hidden />
            </Button>
            <Button
              variant="icon"
              className="size-7"
              aria-pressed={filling}
              aria-label={t(filling ? "shrink" : "fill")}
              onClick={() => setFilling(!filling)}
            >
              {filling ? <Minimize2 aria-hidden /> : <Maximize2 aria-hidden />}
            </Button>
            <DropdownMenu>
              <DropdownMenuTrigger asChild>
                <Button variant="icon" className="size-7" aria-label={t("more")}>
                  <Ellipsis aria-hidden />
                </Button>
              </DropdownMenuTrigger>
              <DropdownMenuContent align="end">
                <MenuItem text={t("copy")} keys="Ctrl Shift C" onSelect={copySelection} />
                <MenuItem text={t("paste")} keys="Ctrl Shift V" onSelect={paste.start} />
                <MenuItem text={t("larger")} onSelect={() => font.change(1)} />
                <MenuItem text={t("smaller")} onSelect={() => font.change(-1)} />
                <MenuItem text={t("defaultSize")} onSelect={font.reset} />
              </DropdownMenuContent>
            </DropdownMenu>
          </span>
        </div>
        <SessionNews session={session} machine={machine} terminal={terminal} onReopen={onReopen} onClose={onClose} />
        {finding ? <SearchBar screen={screen} onClose={() => setFinding(false)} /> : null}
        <div className="min-h-0 flex-1 bg-[#0c0f11] p-2">
          <div ref={element} className="size-full overflow-auto" />
        </div>
        {session?.kind === "console" ? null : <KeyRow screen={screen} ctrl={ctrl} onPaste={paste.start} />}
      </section>
      {session ? <CommandLine className="justify-self-start" command={formatCommand(session.command)} /> : null}
      <PasteDialog {...paste} />
    </div>
  );
}

function MenuItem({ text, keys, onSelect }: { text: string; keys?: string; onSelect: () => void }) {
  return (
    <DropdownMenuItem onSelect={onSelect}>
      <span className="flex-1">{text}</span>
      {keys ? <kbd className="font-mono text-ink-3 text-xs">{keys}</kbd> : null}
    </DropdownMenuItem>
  );
}
