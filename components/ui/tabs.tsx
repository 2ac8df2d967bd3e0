import Link from "next/link";

import { cn } from "@/lib/utils";
import { scrollToCurrent } from "./scroll-to-current";

interface LinkTabsProps {
  label: string;
  tabs: readonly { href: string; text: string }[];
  /** The href of the page shown now. */
  current: string;
}

/** Tabs that are pages: each has its own address, so a reload, Back and a shared link keep the tab. */
export function LinkTabs({ label, tabs, current }: LinkTabsProps) {
  return (
    <nav aria-label={label} className="flex gap-1 overflow-x-auto border-line border-b">
      {tabs.map(({ href, text }) => (
        <Link
          key={href}
          ref={href === current ? scrollToCurrent : undefined}
          href={href}
          aria-current={href === current ? "page" : undefined}
          className={cn(
            "-mb-px whitespace-nowrap border-b-2 px-3 py-2 -outline-offset-2",
            href === current ? "border-accent font-semibold" : "border-transparent text-ink-2 hover:text-ink",
          )}
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
