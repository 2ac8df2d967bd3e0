import { Hammer, type LucideIcon, ScrollText, Server, Settings2, SquareTerminal } from "lucide-react";

import type { Role } from "@/lib/roles";

interface Page {
  href: string;
  /** Its message in the namespace `app`. */
  title: string;
  Icon: LucideIcon;
  /** Who sees it in the navigation. */
  least: Role;
}

export const MACHINES: Page = { href: "/machines", title: "machines", Icon: Server, least: "viewer" };
export const TERMINALS: Page = { href: "/terminals", title: "terminals", Icon: SquareTerminal, least: "operator" };
export const BUILDS: Page = { href: "/builds", title: "builds", Icon: Hammer, least: "viewer" };
export const ACTIVITY: Page = { href: "/activity", title: "activity", Icon: ScrollText, least: "admin" };
export const SETTINGS: Page = { href: "/settings", title: "settings", Icon: Settings2, least: "viewer" };

/** Links to them are not prefetched: five rendered on every view cost more than the few milliseconds one takes when asked for. */
export const PAGES: readonly Page[] = [MACHINES, TERMINALS, BUILDS, ACTIVITY, SETTINGS];

/** Those the dock of small screens keeps in its menu. */
export const MORE_PAGES: readonly Page[] = [TERMINALS, ACTIVITY, SETTINGS];

/** For aria-current: the page itself, or one below it. */
export function currentOf(href: string, pathname: string): "page" | "true" | undefined {
  if (pathname === href) return "page";
  return pathname.startsWith(`${href}/`) ? "true" : undefined;
}
