import type { ReactNode } from "react";

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** What to do about it. */
  hint?: ReactNode;
  /** Told to a screen reader when it comes: what was here has gone, or cannot be had. */
  live?: boolean;
  /** It stands in place of a whole page: the title is the page's heading. */
  page?: boolean;
  children?: ReactNode;
}

/** A list or a page with nothing in it: says so, and what to do next. */
export function EmptyState({ icon, title, hint, live = false, page = false, children }: EmptyStateProps) {
  const Title = page ? "h1" : "p";
  return (
    <div
      {...(live && { role: "status" })}
      className="grid justify-items-center gap-2 rounded-xl border border-line-2 border-dashed px-6 py-12 text-center text-ink-2 [&>svg]:size-7 [&>svg]:text-ink-3"
    >
      {icon}
      <Title className="font-semibold text-base text-ink">{title}</Title>
      {hint ? <p className="max-w-md text-balance">{hint}</p> : null}
      {children}
    </div>
  );
}
