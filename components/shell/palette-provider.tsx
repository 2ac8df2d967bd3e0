"use client";

import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from "react";

const load = () => import("./command-palette").then((module) => module.CommandPalette);
// Most visits never open it.
const CommandPalette = dynamic(load, { ssr: false });

const PaletteContext = createContext<{ openPalette: () => void }>({ openPalette: () => undefined });

export const usePalette = () => useContext(PaletteContext);

/** Holds the palette, and opens it by ⌘K (Ctrl+K where there is no such key). */
export function PaletteProvider({ children }: { children: ReactNode }) {
  const [wanted, setWanted] = useState(false);
  const [open, setOpen] = useState(false);
  const openPalette = useCallback(() => {
    setWanted(true);
    setOpen(true);
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!isShortcut(event)) return;
      event.preventDefault();
      openPalette();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [openPalette]);
  return (
    <PaletteContext value={{ openPalette }}>
      {children}
      {wanted ? <CommandPalette open={open} onOpenChange={setOpen} /> : null}
    </PaletteContext>
  );
}

function isShortcut({ key, metaKey, ctrlKey, altKey, shiftKey, target }: KeyboardEvent): boolean {
  if (key.toLowerCase() !== "k" || altKey || shiftKey || !(isApple() ? metaKey : ctrlKey)) return false;
  // In a shell Ctrl+K cuts to the end of the line.
  return metaKey || !(target instanceof Element && target.closest(".xterm"));
}

const isApple = () => /mac|iphone|ipad/i.test(navigator.platform);
const neverChanges = () => () => undefined;

/** The button in a page's header, where there is room for it. */
export function PaletteButton() {
  const t = useTranslations("app");
  const { openPalette } = usePalette();
  const keys = useSyncExternalStore(
    neverChanges,
    () => (isApple() ? "⌘K" : "Ctrl K"),
    () => "⌘K",
  );
  return (
    <button
      type="button"
      aria-keyshortcuts="Meta+K Control+K"
      className="flex h-8 items-center gap-2 rounded-lg border border-line-2 bg-panel px-2.5 text-ink-3 hover:text-ink-2 max-md:hidden lg:w-56"
      onClick={openPalette}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
    >
      <Search aria-hidden className="size-3.5" />
      <span className="max-lg:sr-only">{t("palette")}</span>
      <kbd
        aria-hidden
        className="ml-auto rounded-sm border border-b-2 border-line-2 px-1 font-medium font-mono text-[11px]"
      >
        {keys}
      </kbd>
    </button>
  );
}
