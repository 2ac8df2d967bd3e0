import { chromium, type Page } from "@playwright/test";

import { LAUNCH_OPTIONS } from "@/e2e/fixtures/system-browser";
import type { Bench } from "./bench";
import { now } from "./commands";
import { BASE_URL } from "./session";

/** As large as a laptop shows it. */
const VIEWPORT = { width: 1280, height: 800 };

/** A page of a browser of its own, with nothing cached, that is signed in. The browser ends with the part. */
export async function openPage({ session, onEnd }: Bench, viewport = VIEWPORT): Promise<Page> {
  const browser = await chromium.launch(LAUNCH_OPTIONS);
  onEnd(() => browser.close());
  const context = await browser.newContext({
    baseURL: BASE_URL,
    locale: "en-US",
    viewport,
  });
  await context.addCookies(session.cookies.map((cookie) => ({ ...cookie, url: BASE_URL, httpOnly: true })));
  return context.newPage();
}

/** The list of machines, with its live rows. */
export async function openMachines(page: Page, name: string): Promise<void> {
  await page.goto("/machines");
  await page.locator(rowOf(name)).first().waitFor();
}

/** The link of a machine's row. */
export function rowOf(name: string): string {
  return `a[href="/machines/${name}"]`;
}

/** How far the page's clock (`performance.timeOrigin + performance.now()`) is ahead of ours, in ms; as exact as half the fastest of many calls. */
export async function clockAhead(page: Page): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  let ahead = 0;
  for (let round = 0; round < 50; round += 1) {
    const begin = now();
    const there = await page.evaluate(() => performance.timeOrigin + performance.now());
    const took = now() - begin;
    if (took >= fastest) continue;
    fastest = took;
    ahead = there - (begin + took / 2);
  }
  return ahead;
}
