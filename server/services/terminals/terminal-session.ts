import { SerializeAddon } from "@xterm/addon-serialize";
import { Terminal } from "@xterm/headless";

import type { TerminalInfo } from "@/lib/terminal";
import type { Pty } from "@/server/systemd/pty";

const SCROLLBACK_LINES = 1000;
/** Bytes on their way to one browser: above the first the pty is paused, below the second it goes on. */
const HIGH_WATER_BYTES = 512 * 1024;
const LOW_WATER_BYTES = 128 * 1024;
/** A browser that holds everyone back longer than this is let go; it can attach again. */
const STALLED_MS = 30_000;

/** One browser looking at a session. */
export interface TerminalClient {
  send(data: Buffer): void;
  resized(cols: number, rows: number): void;
  exited(exit: TerminalExit): void;
  /** Told before the session forgets a client that stopped reading. */
  stalled(): void;
}

export interface TerminalExit {
  exitCode: number | null;
  signal: number | null;
}

interface Attached {
  client: TerminalClient;
  sentBytes: number;
  ackedBytes: number;
  fullSince: number | null;
}

/** A pty whose screen lives here, so that any number of browsers can come, go and come back. */
export class TerminalSession {
  readonly #pty: Pty;
  readonly #screen: Terminal;
  readonly #serializer = new SerializeAddon();
  readonly #clients = new Set<Attached>();
  readonly #onEnd: () => void;
  #info: TerminalInfo;
  #exit: TerminalExit | null = null;
  #paused = false;
  #stallTimer: NodeJS.Timeout | undefined;
  /** When the last client left, in ms of Date.now(); null while somebody looks. */
  idleSince: number | null = Date.now();

  constructor(pty: Pty, info: TerminalInfo, size: { cols: number; rows: number }, onEnd: () => void) {
    this.#pty = pty;
    this.#info = info;
    this.#onEnd = onEnd;
    this.#screen = new Terminal({ ...size, scrollback: SCROLLBACK_LINES, allowProposedApi: true });
    this.#screen.loadAddon(this.#serializer);
    pty.onData((data) => this.#output(data));
    pty.onExit((exit) => this.#ended(exit));
  }

  get info(): TerminalInfo {
    return this.#info;
  }

  get size(): { cols: number; rows: number } {
    return { cols: this.#screen.cols, rows: this.#screen.rows };
  }

  /**
   * Adds a browser: `ready` gets the screen as escape sequences, and every byte after it reaches `client`, none twice.
   * The screen parses asynchronously, so the bytes written before this moment are awaited first.
   */
  attach(client: TerminalClient, ready: (screen: Buffer) => void): TerminalAttachment {
    const attached: Attached = { client, sentBytes: 0, ackedBytes: 0, fullSince: null };
    let detached = false;
    this.idleSince = null;
    this.#screen.write("", () => {
      if (detached) return;
      ready(Buffer.from(this.#serializer.serialize({ scrollback: SCROLLBACK_LINES }), "utf8"));
      this.#clients.add(attached);
      if (this.#exit) client.exited(this.#exit);
    });
    return {
      ack: (bytes) => {
        attached.ackedBytes = Math.min(Math.max(attached.ackedBytes, bytes), attached.sentBytes);
        this.#regulate();
      },
      detach: () => {
        detached = true;
        this.#clients.delete(attached);
        if (this.#clients.size === 0) this.idleSince = Date.now();
        this.#regulate();
      },
    };
  }

  write(data: Buffer): void {
    if (!this.#exit) this.#pty.write(data);
  }

  resize(cols: number, rows: number): void {
    if (this.#exit || (cols === this.#screen.cols && rows === this.#screen.rows)) return;
    this.#pty.resize(cols, rows);
    this.#screen.resize(cols, rows);
    for (const { client } of this.#clients) client.resized(cols, rows);
  }

  /** Hangs up, as closing a terminal window does. */
  close(): void {
    clearInterval(this.#stallTimer);
    if (!this.#exit) this.#pty.kill("SIGHUP");
  }

  /** The screen gets bytes in the order clients do; a client that attaches between is served by `attach`'s barrier. */
  #output(data: Buffer): void {
    this.#screen.write(data, () => {
      for (const attached of this.#clients) {
        attached.sentBytes += data.length;
        attached.client.send(data);
      }
      this.#regulate();
    });
  }

  #ended(exit: TerminalExit): void {
    this.#screen.write("", () => {
      this.#exit = exit;
      this.#info = { ...this.#info, state: "exited", exitCode: exit.exitCode };
      for (const { client } of this.#clients) client.exited(exit);
      clearInterval(this.#stallTimer);
      this.#onEnd();
    });
  }

  #regulate(): void {
    const now = Date.now();
    let most = 0;
    for (const attached of this.#clients) {
      const onTheWay = attached.sentBytes - attached.ackedBytes;
      attached.fullSince = onTheWay > HIGH_WATER_BYTES ? (attached.fullSince ?? now) : null;
      most = Math.max(most, onTheWay);
    }
    if (!this.#paused && most > HIGH_WATER_BYTES) this.#pause();
    else if (this.#paused && most < LOW_WATER_BYTES) this.#resume();
  }

  #pause(): void {
    this.#paused = true;
    this.#pty.pause();
    this.#stallTimer = setInterval(() => this.#dropStalled(), 1000).unref();
  }

  #resume(): void {
    this.#paused = false;
    clearInterval(this.#stallTimer);
    if (!this.#exit) this.#pty.resume();
  }

  #dropStalled(): void {
    const limit = Date.now() - STALLED_MS;
    for (const attached of this.#clients) {
      if (attached.fullSince === null || attached.fullSince > limit) continue;
      this.#clients.delete(attached);
      attached.client.stalled();
    }
    this.#regulate();
  }
}

export interface TerminalAttachment {
  /** Bytes the browser has parsed since it attached, in all. */
  ack(bytes: number): void;
  detach(): void;
}
