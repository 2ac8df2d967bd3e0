import type { ReactNode } from "react";

import { PaletteButton } from "./palette-provider";

/** A page's title, what there is to say beside it, and what can be done from here. */
export function PageHeader({ title, sub, children }: { title: ReactNode; sub?: ReactNode; children?: ReactNode }) {
  return (
    <header className="mb-3.5 flex items-start gap-3">
      <div className="flex min-h-8 min-w-0 flex-1 flex-wrap items-baseline gap-x-3 max-md:py-1.5">
        <h1 className="font-semibold text-xl leading-8 tracking-tight">{title}</h1>
        {sub ? <p className="text-ink-3">{sub}</p> : null}
      </div>
      <div className="flex min-h-8 items-center gap-2 max-md:min-h-11">
        <PaletteButton />
        {children}
      </div>
    </header>
  );
}
