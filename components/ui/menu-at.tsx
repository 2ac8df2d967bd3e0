"use client";

import * as Primitive from "radix-ui/dropdown-menu";
import { type ComponentProps, useCallback } from "react";

import { DropdownMenuContent } from "./dropdown-menu";
import { Existing } from "./existing";
import type { MenuPlace } from "./late-menu";

/** The menu of a `LateMenu`. */
export function MenuAt({
  trigger,
  triggerId,
  menuId,
  open,
  onOpenChange,
  byKey,
  ...content
}: MenuPlace & ComponentProps<typeof DropdownMenuContent>) {
  // Once, when it appears: later it is focused again by a pointer that leaves an item.
  const onMenu = useCallback(
    (menu: HTMLElement | null) => {
      if (byKey) menu?.addEventListener("focus", () => focusFirstItem(menu), { once: true });
    },
    [byKey],
  );
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Trigger asChild>
        <Existing element={trigger} />
      </Primitive.Trigger>
      <DropdownMenuContent id={menuId} aria-labelledby={triggerId} ref={onMenu} {...content} />
    </Primitive.Root>
  );
}

/** Radix does so where it saw the key; a menu that was loaded with it has not. */
function focusFirstItem(menu: HTMLElement): void {
  menu.querySelector<HTMLElement>("[role^=menuitem]:not([data-disabled])")?.focus();
}
