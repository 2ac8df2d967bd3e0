import type { ReactNode } from "react";

/** A list with nothing in it: says so, and what to do next. */
export function EmptyState({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="grid justify-items-center gap-2 rounded-xl border border-line-2 border-dashed px-6 py-12 text-center text-ink-2 [&>svg]:size-7 [&>svg]:text-ink-3">
      {icon}
      <p className="font-semibold text-base text-ink">{title}</p>
      {children}
    </div>
  );
}
