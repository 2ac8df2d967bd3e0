"use client";

import { Ellipsis, Maximize2, Minimize2, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useRef } from "react";

import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { PeopleMenu } from "./people-menu";
import { RecordControl } from "./record-control";
import { TerminalStatus } from "./terminal-status";
import { TOOL } from "./tool";
import type { useFontSize } from "./use-font-size";
import type { FullScreen } from "./use-full-screen";
import type { TerminalHandle } from "./use-terminal";

interface ToolbarProps extends Pick<TerminalHandle, "state" | "send"> {
  id: string;
  /** At its beginning. */
  chips: ReactNode;
  /** One line: words become icons, and what is rarely used is in the menu. */
  narrow: boolean;
  full: FullScreen;
  font: ReturnType<typeof useFontSize>;
  onFind: () => void;
  onCopy: () => void;
  onPaste: () => void;
  /** The focus is the terminal's again. */
  onDone: () => void;
}

/** What can be done with the session on screen, and what it is at. */
export function TerminalToolbar({ id, state, send, chips, narrow, full, onFind, ...menu }: ToolbarProps) {
  const t = useTranslations("terminal");
  return (
    <div
      className={cn("flex items-center gap-x-1 gap-y-1.5 border-b px-2.5 py-1.5 max-md:px-1.5", !narrow && "flex-wrap")}
    >
      {chips}
      <span className={cn("ml-auto flex items-center justify-end gap-0.5", narrow ? "shrink-0" : "flex-wrap")}>
        <RecordControl id={id} state={state} narrow={narrow} />
        <TerminalStatus state={state} narrow={narrow} />
        <PeopleMenu state={state} send={send} narrow={narrow} />
        {narrow ? null : (
          <Button variant="icon" className={TOOL} aria-label={t("find")} onClick={onFind}>
            <Search aria-hidden />
          </Button>
        )}
        <Button
          variant="icon"
          className={TOOL}
          aria-pressed={full.on}
          aria-label={t(full.on ? "leaveFullScreen" : "fullScreen")}
          onClick={() => {
            full.set(!full.on);
            menu.onDone();
          }}
        >
          {full.on ? <Minimize2 aria-hidden /> : <Maximize2 aria-hidden />}
        </Button>
        <MoreMenu
          recordedBy={narrow ? state.recording?.by : undefined}
          onFind={narrow ? onFind : undefined}
          {...menu}
        />
      </span>
    </div>
  );
}

interface MoreMenuProps extends Pick<ToolbarProps, "font" | "onCopy" | "onPaste" | "onDone"> {
  recordedBy: string | undefined;
  onFind: (() => void) | undefined;
}

function MoreMenu({ recordedBy, onFind, font, onCopy, onPaste, onDone }: MoreMenuProps) {
  const t = useTranslations("terminal");
  const finds = useRef(false);
  /** Not before the menu has closed: it has the focus until then, and the field would lose it. */
  const afterwards = (event: Event) => {
    event.preventDefault();
    if (finds.current) onFind?.();
    else onDone();
    finds.current = false;
  };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="icon" className={TOOL} aria-label={t("more")}>
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" onCloseAutoFocus={afterwards}>
        {recordedBy === undefined ? null : <DropdownMenuLabel>{t("recordedBy", { by: recordedBy })}</DropdownMenuLabel>}
        {onFind ? (
          <MenuItem
            text={t("find")}
            onSelect={() => {
              finds.current = true;
            }}
          />
        ) : null}
        <MenuItem text={t("copy")} keys="Ctrl Shift C" onSelect={onCopy} />
        <MenuItem text={t("paste")} keys="Ctrl Shift V" onSelect={onPaste} />
        <MenuItem text={t("larger")} onSelect={() => font.change(1)} />
        <MenuItem text={t("smaller")} onSelect={() => font.change(-1)} />
        <MenuItem text={t("defaultSize")} onSelect={font.reset} />
      </DropdownMenuContent>
    </DropdownMenu>
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
