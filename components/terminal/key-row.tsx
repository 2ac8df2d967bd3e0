"use client";

import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type MouseEvent, type ReactNode, type RefObject, useRef, useState } from "react";

import { cn } from "@/lib/utils";
import type { XtermScreen } from "./xterm-screen";

const CURSOR_KEYS = { up: "A", down: "B", right: "C", left: "D" };
type CursorKey = keyof typeof CURSOR_KEYS;

/** The keys a phone's keyboard lacks. Ctrl holds for the next key. */
export function useCtrlKey() {
  const armed = useRef(false);
  const [shown, setShown] = useState(false);
  const arm = (on: boolean) => {
    armed.current = on;
    setShown(on);
  };
  return {
    armed: shown,
    toggle: () => arm(!armed.current),
    /** `a` becomes ^A; anything else that is typed stays itself. */
    transform(bytes: Uint8Array): Uint8Array {
      if (!armed.current) return bytes;
      arm(false);
      const [byte] = bytes;
      const isLetter = bytes.length === 1 && byte !== undefined && byte >= 0x40 && byte <= 0x7e;
      return isLetter ? Uint8Array.of(byte & 0x1f) : bytes;
    },
  };
}

interface KeyRowProps {
  screen: RefObject<XtermScreen | null>;
  ctrl: ReturnType<typeof useCtrlKey>;
  onPaste: () => void;
}

export function KeyRow({ screen, ctrl, onPaste }: KeyRowProps) {
  const t = useTranslations("terminal");
  const type = (text: string) => screen.current?.terminal.input(text);
  const cursor = (key: CursorKey) => {
    const mode = screen.current?.terminal.modes.applicationCursorKeysMode ? "O" : "[";
    type(`\x1b${mode}${CURSOR_KEYS[key]}`);
  };
  return (
    <div role="toolbar" aria-label={t("keys")} className="flex gap-1 overflow-x-auto border-t bg-panel p-1.5 md:hidden">
      <Key onPress={() => type("\x1b")}>Esc</Key>
      <Key onPress={() => type("\t")}>Tab</Key>
      <Key pressed={ctrl.armed} onPress={ctrl.toggle}>
        Ctrl
      </Key>
      <Key onPress={() => type("\x03")}>^C</Key>
      <Key label={t("keyLeft")} onPress={() => cursor("left")}>
        <ArrowLeft aria-hidden className="size-4" />
      </Key>
      <Key label={t("keyUp")} onPress={() => cursor("up")}>
        <ArrowUp aria-hidden className="size-4" />
      </Key>
      <Key label={t("keyDown")} onPress={() => cursor("down")}>
        <ArrowDown aria-hidden className="size-4" />
      </Key>
      <Key label={t("keyRight")} onPress={() => cursor("right")}>
        <ArrowRight aria-hidden className="size-4" />
      </Key>
      {["/", "-", "|", "~"].map((character) => (
        <Key key={character} onPress={() => type(character)}>
          {character}
        </Key>
      ))}
      <Key onPress={onPaste}>{t("paste")}</Key>
    </div>
  );
}

interface KeyProps {
  label?: string;
  pressed?: boolean;
  onPress: () => void;
  children: ReactNode;
}

/** Keeps the focus where it is: else the phone's keyboard would go away with every key. */
function Key({ label, pressed, onPress, children }: KeyProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      className={cn(
        "inline-flex h-11 min-w-9 shrink-0 items-center justify-center rounded-md border border-line-2 px-2 font-mono text-xs",
        pressed ? "border-accent bg-accent-soft" : "bg-raised",
      )}
      onMouseDown={(event: MouseEvent) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
