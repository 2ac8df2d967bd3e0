import { mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";

import type { Bench } from "./bench";
import { openPage, rowOf } from "./browser";
import { delay } from "./commands";
import { median, type Result, result } from "./results";

const ROUNDS = 5;
const TARGET_INTERACTIVE_MS = 600;
const TARGET_SCRIPT_KB = 220;
const IMAGE = "first-load";
/** What a page loads for later has come by then. */
const LATER_MS = 3000;
/** A class name of xterm.js that its code must have. */
const TERMINAL_CODE = "xterm-helper-textarea";

interface Load {
  emptyMs: number;
  interactiveMs: number;
  /** Scripts that had come when the page could be used. */
  scriptBytes: number;
  /** With those it loads for later. */
  allScriptBytes: number;
  terminalScripts: number;
}

/** The Machines page in a browser that has never seen it, just after an empty page: until its live rows can be clicked, and the scripts it loads. */
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
  const allKilobytes = Math.max(...loads.map(({ allScriptBytes }) => allScriptBytes)) / 1000;
  const terminalScripts = Math.max(...loads.map((load) => load.terminalScripts));
  return [
    result(`empty page of a bare node:http, cold, p50 of ${ROUNDS}`, emptyMs, "ms"),
    result(`Machines page interactive, cold, p50 of ${ROUNDS}`, interactive, "ms", TARGET_INTERACTIVE_MS),
    result("Machines page over an empty page", interactive / emptyMs, "×"),
    result("Machines page, first-load JS, gzip", kilobytes, "kB", TARGET_SCRIPT_KB),
    result("Machines page, JS with what it loads for later, gzip", allKilobytes, "kB"),
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
  const scripts = await followScripts(page);
  await page.goto("/machines", { waitUntil: "commit" });
  await page.locator(rowOf(IMAGE)).first().waitFor();
  // The row is there only after the page's code has run and the live rows have come: from then on it can be used.
  const interactiveMs = await nextFrame(page);
  const scriptBytes = scripts.bytes();
  await delay(LATER_MS);
  const load = { emptyMs, interactiveMs, scriptBytes, allScriptBytes: scripts.bytes() };
  const terminalScripts = await scripts.countWith(TERMINAL_CODE);
  await page.context().browser()?.close();
  return { ...load, terminalScripts };
}

/** Milliseconds from the beginning of the navigation to the next frame. */
function nextFrame(page: Page): Promise<number> {
  return page.evaluate(() => new Promise<number>((resolve) => requestAnimationFrame(() => resolve(performance.now()))));
}

/** The scripts a page loads, and their bytes as they cross the wire, without the answers' heads. */
async function followScripts(page: Page): Promise<{ bytes(): number; countWith(text: string): Promise<number> }> {
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  const heads = new Map<string, number>();
  const loaded = new Map<string, number>();
  network.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (type === "Script") heads.set(requestId, response.encodedDataLength);
  });
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const head = heads.get(requestId);
    if (head !== undefined) loaded.set(requestId, encodedDataLength - head);
  });
  return {
    bytes: () => [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0),
    async countWith(text) {
      const asked = [...loaded.keys()].map((requestId) => network.send("Network.getResponseBody", { requestId }));
      const bodies = await Promise.all(asked);
      if (bodies.length === 0) throw new Error("no script was loaded");
      return bodies.filter(({ body }) => body.includes(text)).length;
    },
  };
}
