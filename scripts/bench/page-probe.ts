import type { Page } from "@playwright/test";

/** What a page tells of its terminal, in its own clock (milliseconds). */
export interface ProbeTimes {
  /** The last key that went down. */
  keyAtMs: number;
  /** After that: the first output that was in the terminal's buffer, and the first that was in the document. */
  bufferAtMs: number | null;
  screenAtMs: number | null;
  /** When the awaited text was in the document. */
  foundAtMs: number | null;
  /** Terminal output received, in all. */
  bytes: number;
}

declare global {
  interface Window {
    terminalProbe: ProbeTimes & { awaited: string | null };
  }
}

/** Watches the terminal of every document this page opens from now on. */
export async function probeTerminals(page: Page): Promise<void> {
  await page.addInitScript(installProbe);
}

/** Waits for a text to be on the terminal's screen, and tells when what came. */
export async function untilShown(page: Page, text: string, act: () => Promise<void>): Promise<ProbeTimes> {
  await page.evaluate((awaited) => {
    Object.assign(window.terminalProbe, { awaited, foundAtMs: null });
  }, text);
  await act();
  await page.waitForFunction(() => window.terminalProbe.foundAtMs !== null, undefined, { timeout: 120_000 });
  return probeTimes(page);
}

export function probeTimes(page: Page): Promise<ProbeTimes> {
  return page.evaluate(() => ({ ...window.terminalProbe }));
}

/** Runs in the page, before its own scripts. */
function installProbe(): void {
  const probe: Window["terminalProbe"] = {
    keyAtMs: 0,
    bufferAtMs: null,
    screenAtMs: null,
    foundAtMs: null,
    bytes: 0,
    awaited: null,
  };
  window.terminalProbe = probe;
  window.addEventListener(
    "keydown",
    () => Object.assign(probe, { keyAtMs: performance.now(), bufferAtMs: null, screenAtMs: null }),
    true,
  );
  const after = new MessageChannel();
  after.port1.onmessage = () => {
    probe.bufferAtMs ??= performance.now();
  };
  const onMessage = ({ data }: MessageEvent<unknown>) => {
    if (!(data instanceof ArrayBuffer)) return;
    probe.bytes += data.byteLength;
    // xterm parses what follows a key at once, in the page's own listener: this comes after it.
    if (probe.bufferAtMs === null) after.port2.postMessage(null);
  };
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      if (String(url).includes("/api/terminals/")) this.addEventListener("message", onMessage);
    }
  };
  new MutationObserver(() => {
    const rows = document.querySelector(".xterm-rows");
    if (rows === null) return;
    probe.screenAtMs ??= performance.now();
    if (probe.awaited === null || !rows.textContent.includes(probe.awaited)) return;
    Object.assign(probe, { foundAtMs: performance.now(), awaited: null });
  }).observe(document, { childList: true, subtree: true, characterData: true });
}
