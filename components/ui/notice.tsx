import type { ReactNode } from "react";

import { cn } from "@/lib/utils";

/** A banner over a page: `busy` for what passes by itself, `fail` for what does not. */
export function Notice({ tone = "busy", children }: { tone?: "busy" | "fail"; children: ReactNode }) {
  return (
    <p
      role="status"
      className={cn("rounded-lg px-3 py-2", tone === "busy" ? "bg-busy-soft text-busy" : "bg-fail-soft text-fail")}
    >
      {children}
    </p>
  );
}
