"use client";

import * as Slot from "radix-ui/slot";
import type { ComponentProps } from "react";

interface TooltipProps extends ComponentProps<typeof Slot.Root> {
  text: string;
}

/** Tells in words what an icon means to a pointer or keyboard; the trigger still needs its own accessible name. `Tooltips` shows it. */
export function Tooltip({ text, ...trigger }: TooltipProps) {
  return <Slot.Root data-tooltip={text} {...trigger} />;
}
