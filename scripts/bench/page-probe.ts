import type { Page } from "@playwright/test";

/** What a page tells of its terminal. Times are milliseconds since the last key went down. */
interface TerminalProbe {
  /** Terminal output received, in bytes. */
  bytes: number;
  /** The first output after the next key: when it was in the terminal's buffer, and when in the document. */
  nextEcho(): Promise<{ bufferMs: number; documentMs: number }>;
  /** The terminal's rows have this text. */
  shown(text: string): Promise<number>;
  received(bytes: number): Promise<void>;
}

declare global {
  interface Window {
    terminalProbe: TerminalProbe;
  }
}

/** Watches the terminal of every document this page opens from now on. */
export async function probeTerminals(page: Page): Promise<void> {
  await page.addInitScript(installProbe);
}

/** Runs in the page, before its own scripts. */
function installProbe(): void {
  let keyAt = 0;
  let echo: {
    before: string;
    bufferMs: number | null;
    done(times: { bufferMs: number; documentMs: number }): void;
  } | null = null;
  let awaited: { text: string; done(ms: number): void } | null = null;
  let enough: { bytes: number; done(): void } | null = null;
  const rows = () => document.querySelector(".xterm-rows")?.textContent ?? "";
  const sinceKey = () => performance.now() - keyAt;
  const probe: TerminalProbe = {
    bytes: 0,
    nextEcho: () =>
      new Promise((done) => {
        echo = { before: rows(), bufferMs: null, done };
      }),
    shown: (text) =>
      new Promise((done) => {
        awaited = { text, done };
        look();
      }),
    received: (bytes) =>
      new Promise((done) => {
        enough = { bytes, done };
      }),
  };
  window.terminalProbe = probe;
  window.addEventListener(
    "keydown",
    () => {
      keyAt = performance.now();
    },
    true,
  );
  function look() {
    if (!echo && !awaited) return;
    const text = rows();
    if (echo && echo.bufferMs !== null && text !== echo.before) {
      echo.done({ bufferMs: echo.bufferMs, documentMs: sinceKey() });
      echo = null;
    }
    if (awaited && text.includes(awaited.text)) {
      awaited.done(sinceKey());
      awaited = null;
    }
  }
  const parsed = new MessageChannel();
  parsed.port1.onmessage = () => {
    if (!echo) return;
    echo.bufferMs ??= sinceKey();
    // The frame may have been drawn before this task.
    look();
  };
  const onMessage = ({ data }: MessageEvent<unknown>) => {
    if (!(data instanceof ArrayBuffer)) return;
    probe.bytes += data.byteLength;
    // xterm parses what follows a key at once, in the page's own listener: this comes after it.
    if (echo && echo.bufferMs === null) parsed.port2.postMessage(null);
    if (enough && probe.bytes >= enough.bytes) {
      enough.done();
      enough = null;
    }
  };
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      if (String(url).includes("/api/terminals/")) this.addEventListener("message", onMessage);
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
}
