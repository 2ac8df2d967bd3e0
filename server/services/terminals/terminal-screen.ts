import { SerializeAddon } from "@xterm/addon-serialize";
import { Terminal } from "@xterm/headless";

import { serializeModes } from "./screen-modes";
import { UnfinishedSequence } from "./unfinished-sequence";

/** Of what has scrolled away, this much is restored. */
const SCROLLBACK_LINES = 2000;
/** Parsed without a pause, about a millisecond's work: other sessions and calls come in between. */
const SLICE_BYTES = 64 * 1024;
/** Entering the second screen clears it in the colour in use, and leaving it brings that colour back: the add-on forgets both. */
const ENTER_ALTERNATE = "\x1b[?1049h\x1b[H";
/** Ours: the shell's exit status, which machinectl does not tell (shell-command.ts). */
export const EXIT_STATUS_OSC = 7717;

type Step = Buffer | (() => void);

/**
 * The screen of a session as a browser would show it, kept where browsers come and go. It parses behind the live output, so that
 * nobody waits for it; every step (bytes, a resize, a question) is done in the order it was asked for.
 */
export class TerminalScreen {
  readonly #terminal: Terminal;
  readonly #serializer = new SerializeAddon();
  readonly #unfinished = new UnfinishedSequence();
  readonly #steps: Step[] = [];
  readonly #onProgress: () => void;
  #busy = false;
  #waitingBytes = 0;
  /** What the shell itself reported at its end. */
  exitStatus: number | null = null;

  /** `onReply` gets answers to a program's questions (device attributes, cursor position); `onProgress` is told when bytes were parsed. */
  constructor(options: {
    cols: number;
    rows: number;
    onReply: (data: Buffer) => void;
    onProgress: () => void;
  }) {
    const { cols, rows } = options;
    this.#onProgress = options.onProgress;
    this.#terminal = new Terminal({ cols, rows, scrollback: SCROLLBACK_LINES, allowProposedApi: true });
    this.#terminal.loadAddon(this.#serializer);
    this.#terminal.onData((text) => options.onReply(Buffer.from(text, "utf8")));
    this.#terminal.parser.registerOscHandler(EXIT_STATUS_OSC, (text) => {
      if (/^\d{1,3}$/.test(text)) this.exitStatus = Number(text);
      return true;
    });
  }

  /** Bytes that are not parsed yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** On the second screen, where editors and pagers are: they read keys one by one, and ^C as one of them. */
  get isFullScreen(): boolean {
    return this.#terminal.buffer.active.type === "alternate";
  }

  write(data: Buffer): void {
    this.#waitingBytes += data.length;
    this.#enqueue(data);
  }

  resize(cols: number, rows: number): void {
    this.#enqueue(() => this.#terminal.resize(cols, rows));
  }

  /** Calls back when all that was written before is on the screen. */
  settle(done: () => void): void {
    this.#enqueue(done);
  }

  /** Escape sequences that make an empty terminal of the same size look and behave like this one. Ask for it in `settle`. */
  serialize(): Buffer {
    const cells = this.#serializer
      .serialize({ scrollback: SCROLLBACK_LINES, excludeModes: true })
      .replace(ENTER_ALTERNATE, `\x1b[0m${ENTER_ALTERNATE}`);
    return Buffer.concat([Buffer.from(cells + serializeModes(this.#terminal), "utf8"), this.#unfinished.tail()]);
  }

  dispose(): void {
    this.#steps.length = 0;
    this.#terminal.dispose();
  }

  #enqueue(step: Step): void {
    this.#steps.push(step);
    if (!this.#busy) this.#next();
  }

  #next(): void {
    this.#busy = true;
    for (;;) {
      const step = this.#steps.shift();
      if (step === undefined) {
        this.#busy = false;
        return;
      }
      if (typeof step === "function") {
        step();
        continue;
      }
      const slice = this.#gather(step);
      this.#terminal.write(slice, () => {
        this.#unfinished.push(slice);
        this.#waitingBytes -= slice.length;
        this.#onProgress();
        this.#next();
      });
      return;
    }
  }

  /** Small reads are parsed together: each write to the terminal waits for a turn of the loop. */
  #gather(first: Buffer): Buffer {
    const parts = [first];
    let bytes = first.length;
    for (
      let next = this.#steps[0];
      next instanceof Buffer && bytes + next.length <= SLICE_BYTES;
      next = this.#steps[0]
    ) {
      parts.push(next);
      bytes += next.length;
      this.#steps.shift();
    }
    return parts.length === 1 ? first : Buffer.concat(parts, bytes);
  }
}
