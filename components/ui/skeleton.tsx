import { cn } from "@/lib/utils";

/** The shape of what is still loading. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-pulse rounded-md bg-stop-soft", className)} />;
}

/** Rows of a list that is still loading, with its words for a screen reader. */
export function SkeletonRows({ label, rows = 4 }: { label: string; rows?: number }) {
  return (
    <div role="status" className="grid gap-px overflow-hidden rounded-xl border border-line bg-panel">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move.
        <div key={index} className="flex h-11 items-center gap-6 px-4">
          <Skeleton className="h-3.5 w-32" />
          <Skeleton className="h-5 w-20 rounded-full" />
          <Skeleton className="hidden h-3.5 w-28 md:block" />
        </div>
      ))}
    </div>
  );
}
