import { type Browser, chromium, type Page } from "@playwright/test";

import { SYSTEM_BROWSER } from "@/e2e/fixtures/system-browser";
import { BASE_URL, type Session } from "./session";

/** A browser of its own, with nothing cached, and a page that is signed in. */
export async function openBrowser(session: Session): Promise<{ browser: Browser; page: Page }> {
  const browser = await chromium.launch({
    args: ["--no-sandbox"],
    ...(SYSTEM_BROWSER && { executablePath: SYSTEM_BROWSER }),
  });
  const context = await browser.newContext({
    baseURL: BASE_URL,
    locale: "en-US",
    viewport: { width: 1280, height: 2000 },
  });
  await context.addCookies(session.cookies.map((cookie) => ({ ...cookie, url: BASE_URL, httpOnly: true })));
  return { browser, page: await context.newPage() };
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
