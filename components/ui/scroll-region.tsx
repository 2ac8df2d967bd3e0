import type { ComponentProps } from "react";

import { cn } from "@/lib/utils";

/** A named piece of the page that scrolls by itself; the keyboard reaches it, or what is below its edge could not be read. */
export function ScrollRegion({ label, className, ...props }: ComponentProps<"section"> & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <section aria-label={label} tabIndex={0} className={cn("overflow-auto -outline-offset-2", className)} {...props} />
  );
}
