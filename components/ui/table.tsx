import type { ComponentProps } from "react";

import { cn } from "@/lib/utils";

/** The panel a table lies in; a wide one scrolls inside it, never the page, whatever is hidden in its cells. */
export function TablePanel({ className, ...props }: ComponentProps<"div">) {
  return (
    <div className={cn("relative overflow-x-auto rounded-xl border border-line bg-panel", className)} {...props} />
  );
}

export function Table({ className, ...props }: ComponentProps<"table">) {
  return <table className={cn("w-full border-collapse", className)} {...props} />;
}

export function TableHead({ className, ...props }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      className={cn("whitespace-nowrap border-b px-3 py-2 text-left font-medium text-ink-3 text-xs", className)}
      {...props}
    />
  );
}

export function TableRow({ className, ...props }: ComponentProps<"tr">) {
  return <tr className={cn("h-11 not-last:border-b hover:bg-accent-soft/35", className)} {...props} />;
}

export function TableCell({ className, ...props }: ComponentProps<"td">) {
  return <td className={cn("whitespace-nowrap px-3", className)} {...props} />;
}

/** Of the link a row is about: on a phone a touch anywhere on the row, which is `max-md:relative`, follows it. */
export const ROW_TARGET = "max-md:after:absolute max-md:after:inset-0";
