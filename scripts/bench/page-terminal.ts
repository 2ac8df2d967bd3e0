import type { Page } from "@playwright/test";
import { z } from "zod";

import type { Bench } from "./bench";

/** What a program says first on either side: from then on it reads, and nothing before it takes the keys. */
export const READY = "READY";

/** A shell's script that says so. `''` keeps its words out of an echo of the command itself. */
export function afterReady(script: string): string[] {
  return ["/bin/sh", "-c", `echo REA''DY; ${script}`];
}

/** Opens a session that runs the command, and the page that shows it, ready to be typed into. Returns what closes it. */
export async function openInPage(
  { session, onEnd }: Bench,
  page: Page,
  machine: string,
  command: readonly string[],
): Promise<() => Promise<unknown>> {
  const input = { name: machine, kind: "shell", user: "root", command, cols: 80, rows: 24 };
  const { id } = z.object({ id: z.string() }).parse(await session.mutate("terminals.open", input));
  let closed: Promise<unknown> | undefined;
  const close = () => {
    closed ??= session.mutate("terminals.close", { id });
    return closed;
  };
  onEnd(close);
  await page.goto(`/terminals/${id}`);
  await page.locator(".xterm-helper-textarea").focus();
  await page.evaluate((text) => window.terminalProbe.shown(text), READY);
  return close;
}

/** Presses a key; milliseconds until the text is on the terminal's screen. */
export async function pressUntilShown(page: Page, key: string, text: string): Promise<number> {
  const shown = await page.evaluateHandle((wanted) => ({ ms: window.terminalProbe.shown(wanted) }), text);
  await page.keyboard.press(key);
  return shown.evaluate(({ ms }) => ms);
}
