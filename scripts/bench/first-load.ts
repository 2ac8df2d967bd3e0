import { mkdirSync, rmSync } from "node:fs";
import type { Page } from "@playwright/test";

import { openBrowser, rowOf } from "./browser";
import { quantile, type Result, result } from "./results";
import type { Session } from "./session";

const ROUNDS = 5;
const TARGET_INTERACTIVE_MS = 600;
const TARGET_SCRIPT_KB = 220;
const IMAGE = "first-load";

/** The Machines page in a browser that has never seen it: until its live rows can be clicked, and the scripts that takes. */
export async function measureFirstLoad(session: Session): Promise<Result[]> {
  const image = `/var/lib/machines/${IMAGE}`;
  mkdirSync(image);
  const loads: { interactiveMs: number; scriptBytes: number }[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) loads.push(await loadOnce(session));
  } finally {
    rmSync(image, { recursive: true });
  }
  const interactive = loads.map(({ interactiveMs }) => interactiveMs);
  const kilobytes = Math.max(...loads.map(({ scriptBytes }) => scriptBytes)) / 1000;
  return [
    result(
      `Machines page interactive, cold, p50 of ${ROUNDS}`,
      quantile(interactive, 0.5),
      "ms",
      TARGET_INTERACTIVE_MS,
    ),
    result("Machines page, first-load JS, gzip", kilobytes, "kB", TARGET_SCRIPT_KB),
  ];
}

async function loadOnce(session: Session) {
  const { browser, page } = await openBrowser(session);
  try {
    const countScripts = await followScripts(page);
    await page.goto("/machines", { waitUntil: "commit" });
    await page.locator(rowOf(IMAGE)).first().waitFor();
    // The row is there only after the page's code has run and the live rows have come: from then on it can be used.
    const interactiveMs = await page.evaluate(
      () => new Promise<number>((resolve) => requestAnimationFrame(() => resolve(performance.now()))),
    );
    return { interactiveMs, scriptBytes: countScripts() };
  } finally {
    await browser.close();
  }
}

/** Counts the bytes of scripts as they cross the wire. */
async function followScripts(page: Page): Promise<() => number> {
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  const scripts = new Set<string>();
  let bytes = 0;
  network.on("Network.responseReceived", ({ requestId, type }) => void (type === "Script" && scripts.add(requestId)));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  return () => bytes;
}
