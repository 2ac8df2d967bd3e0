import type { ReactNode } from "react";

import { cn } from "@/lib/utils";

interface FilterChipProps {
  text: string;
  /** Left out where it chooses something other than rows. */
  count?: number;
  on: boolean;
  onClick: () => void;
}

/** A way to narrow a list, and how many rows it would leave. */
export function FilterChip({ text, count, on, onClick }: FilterChipProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      className={cn(
        // The finger's target is larger than the chip.
        "relative h-[26px] shrink-0 whitespace-nowrap rounded-full border px-2.5 text-xs after:absolute after:inset-x-0 after:-inset-y-2.5 max-md:h-8 max-md:px-3.5 max-md:text-[13px] md:after:hidden",
        on ? "border-transparent bg-accent-soft font-medium text-ink" : "border-line-2 text-ink-2 hover:bg-stop-soft",
      )}
      onClick={onClick}
    >
      {count === undefined ? text : `${text} ${count}`}
    </button>
  );
}

/** The chips of one question, which slide sideways where a phone has no room for all. */
export function FilterChips({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset className="-mx-3.5 flex min-w-0 max-w-[calc(100%+1.75rem)] gap-2 overflow-x-auto px-3.5 py-1.5 md:mx-0 md:flex-wrap md:px-0">
      <legend className="sr-only">{legend}</legend>
      {children}
    </fieldset>
  );
}
