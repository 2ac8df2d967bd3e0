import { mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";

import type { Bench } from "./bench";
import { openPage, rowOf } from "./browser";
import { median, type Result, result } from "./results";

const ROUNDS = 5;
const TARGET_INTERACTIVE_MS = 600;
const TARGET_SCRIPT_KB = 220;
const IMAGE = "first-load";
/** A class name of xterm.js that its code must have. */
const TERMINAL_CODE = "xterm-helper-textarea";

interface Load {
  emptyMs: number;
  interactiveMs: number;
  scriptBytes: number;
  terminalScripts: number;
}

/** The Machines page in a browser that has never seen it: until its live rows can be clicked, and the scripts it loads. */
export async function measureFirstLoad(bench: Bench): Promise<Result[]> {
  const image = `/var/lib/machines/${IMAGE}`;
  mkdirSync(image);
  bench.onEnd(() => rmSync(image, { recursive: true }));
  const empty = await serveEmptyPage(bench);
  const loads: Load[] = [];
  for (let round = 0; round < ROUNDS; round += 1) loads.push(await loadOnce(bench, empty));
  const interactive = median(loads.map(({ interactiveMs }) => interactiveMs));
  const emptyMs = median(loads.map((load) => load.emptyMs));
  const kilobytes = Math.max(...loads.map(({ scriptBytes }) => scriptBytes)) / 1000;
  const terminalScripts = Math.max(...loads.map((load) => load.terminalScripts));
  return [
    result(`empty page of a bare node:http, cold, p50 of ${ROUNDS}`, emptyMs, "ms"),
    result(`Machines page interactive, cold, p50 of ${ROUNDS}`, interactive, "ms", TARGET_INTERACTIVE_MS),
    result("Machines page over an empty page", interactive / emptyMs, "×"),
    result("Machines page, first-load JS as sent (gzip)", kilobytes, "kB", TARGET_SCRIPT_KB),
    result("Machines page, scripts with terminal code", terminalScripts, "scripts", 0),
  ];
}

async function serveEmptyPage({ onEnd }: Bench): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html").end("<!doctype html><title>empty</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onEnd(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function loadOnce(bench: Bench, empty: string): Promise<Load> {
  const page = await openPage(bench);
  await page.goto(empty, { waitUntil: "commit" });
  const emptyMs = await nextFrame(page);
  await page.close();
  const other = await openPage(bench);
  const readScripts = await followScripts(other);
  await other.goto("/machines", { waitUntil: "commit" });
  await other.locator(rowOf(IMAGE)).first().waitFor();
  // The row is there only after the page's code has run and the live rows have come: from then on it can be used.
  const interactiveMs = await nextFrame(other);
  // What a page loads a moment later is its first load too.
  await other.waitForLoadState("networkidle");
  const scripts = await readScripts();
  await other.context().browser()?.close();
  await page.context().browser()?.close();
  return { emptyMs, interactiveMs, ...scripts };
}

/** Milliseconds from the beginning of the navigation to the next frame. */
function nextFrame(page: Page): Promise<number> {
  return page.evaluate(() => new Promise<number>((resolve) => requestAnimationFrame(() => resolve(performance.now()))));
}

/** Counts the bytes of scripts as they cross the wire, and looks for the terminal's code in them. */
async function followScripts(page: Page): Promise<() => Promise<Omit<Load, "emptyMs" | "interactiveMs">>> {
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  const scripts = new Set<string>();
  const loaded = new Set<string>();
  let scriptBytes = 0;
  network.on("Network.responseReceived", ({ requestId, type }) => void (type === "Script" && scripts.add(requestId)));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (!scripts.has(requestId)) return;
    loaded.add(requestId);
    scriptBytes += encodedDataLength;
  });
  return async () => {
    const bodies = await Promise.all(
      [...loaded].map((requestId) => network.send("Network.getResponseBody", { requestId })),
    );
    if (bodies.length === 0) throw new Error("no script was loaded");
    return { scriptBytes, terminalScripts: bodies.filter(({ body }) => body.includes(TERMINAL_CODE)).length };
  };
}
