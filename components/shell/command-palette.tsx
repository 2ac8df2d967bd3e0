"use client";

import { Command } from "cmdk";
import { useTranslations } from "next-intl";
import * as Dialog from "radix-ui/dialog";
import { useState } from "react";

import { cn } from "@/lib/utils";
import { findItems, PALETTE_GROUPS, type PaletteItem, usePaletteItems } from "./palette-items";

interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Everything one can go to or do, by a few letters. */
export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  const t = useTranslations("app");
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[min(36rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-hidden rounded-xl border border-line-2 bg-panel shadow-xl"
        >
          <Dialog.Title className="sr-only">{t("palette")}</Dialog.Title>
          <Palette onDone={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ onDone }: { onDone: () => void }) {
  const t = useTranslations("app");
  const [search, setSearch] = useState("");
  const found = findItems(usePaletteItems(), search);
  const choose = (item: PaletteItem) => {
    onDone();
    item.run();
  };
  return (
    <Command shouldFilter={false} label={t("palette")} loop>
      <Command.Input
        autoFocus
        value={search}
        onValueChange={setSearch}
        placeholder={t("paletteHint")}
        className="h-12 w-full border-b bg-transparent px-4 text-base outline-none placeholder:text-ink-3"
      />
      <Command.List className="max-h-[min(26rem,60dvh)] scroll-py-2 overflow-y-auto p-1.5" label={t("palette")}>
        <Command.Empty className="px-4 py-8 text-center text-ink-2">{t("paletteEmpty")}</Command.Empty>
        {PALETTE_GROUPS.map((group) => {
          const items = found.filter((item) => item.group === group);
          return items.length === 0 ? null : (
            <Command.Group
              key={group}
              heading={t(group)}
              className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-ink-3 [&_[cmdk-group-heading]]:text-xs"
            >
              {items.map((item) => (
                <Command.Item
                  key={item.id}
                  value={item.id}
                  onSelect={() => choose(item)}
                  className="flex min-h-9 items-center gap-2.5 rounded-md px-2.5 py-1.5 data-[selected=true]:bg-accent-soft max-md:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3"
                >
                  <item.Icon aria-hidden />
                  <span className={cn("truncate", item.group === "machines" && "font-mono text-[13px]")}>
                    {item.label}
                  </span>
                  {item.detail ? <span className="ml-auto shrink-0 text-ink-3 text-xs">{item.detail}</span> : null}
                </Command.Item>
              ))}
            </Command.Group>
          );
        })}
      </Command.List>
    </Command>
  );
}
