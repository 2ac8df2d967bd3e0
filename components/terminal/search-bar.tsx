"use client";

import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type RefObject, useEffect, useState } from "react";

import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { Input } from "../ui/field";
import type { XtermScreen } from "./xterm-screen";

interface SearchBarProps {
  screen: RefObject<XtermScreen | null>;
  /** For whoever asks for the search again while it is open. */
  field: RefObject<HTMLInputElement | null>;
  onClose: () => void;
}

/** Searches what the terminal shows and what has scrolled away. Enter finds the next, Shift+Enter the one before. */
export function SearchBar({ screen, field, onClose }: SearchBarProps) {
  const t = useTranslations("terminal");
  const [text, setText] = useState("");
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    field.current?.focus();
    const searched = screen.current;
    return () => searched?.endFind();
  }, [screen, field]);
  const find = (what: string, direction: "next" | "previous") => {
    setMissing(what !== "" && screen.current?.find(what, direction) === false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter") find(text, event.shiftKey ? "previous" : "next");
    else return;
    event.preventDefault();
  };
  return (
    <search className="flex items-center gap-1 border-b px-2.5 py-1.5">
      {/* One line, whatever is found: a second one would change the size of what runs. */}
      <div className="relative min-w-0 flex-1">
        <Input
          ref={field}
          type="text"
          aria-label={t("find")}
          placeholder={t("find")}
          className={cn("w-full", missing && "pr-20")}
          value={text}
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value);
            find(event.target.value, "next");
          }}
          onKeyDown={onKeyDown}
        />
        <span
          role="status"
          className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center whitespace-nowrap text-busy text-xs"
        >
          {missing ? t("notFound") : null}
        </span>
      </div>
      <Button variant="icon" aria-label={t("findPrevious")} onClick={() => find(text, "previous")}>
        <ChevronUp aria-hidden />
      </Button>
      <Button variant="icon" aria-label={t("findNext")} onClick={() => find(text, "next")}>
        <ChevronDown aria-hidden />
      </Button>
      <Button variant="icon" aria-label={t("findClose")} onClick={onClose}>
        <X aria-hidden />
      </Button>
    </search>
  );
}
