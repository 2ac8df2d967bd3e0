import type { Terminal } from "@xterm/xterm";

import { type CastEvent, type CastHeader, eventAfter, timelineOf } from "@/lib/recording";

/** Given to the terminal in one piece; between two pieces another place may have been chosen. */
const PIECE_CHARACTERS = 128 * 1024;

type PlayerTerminal = Pick<Terminal, "reset" | "resize" | "write">;

export interface PlayerState {
  /** Seconds. */
  position: number;
  duration: number;
  playing: boolean;
}

/** Plays a recording on a terminal: at the speed it happened or faster, from any point on. */
export class CastPlayer {
  readonly #terminal: PlayerTerminal;
  readonly #header: CastHeader;
  readonly #events: readonly CastEvent[];
  readonly #onChange: (state: PlayerState) => void;
  #timeline: number[];
  #position = 0;
  #speed = 1;
  /** Events that are on the screen, and that ought to be. */
  #shown = 0;
  #wanted = 0;
  #writing = false;
  #frame: number | null = null;
  #lastFrame = 0;
  #disposed = false;

  constructor(
    terminal: PlayerTerminal,
    { header, events }: { header: CastHeader; events: readonly CastEvent[] },
    onChange: (state: PlayerState) => void,
  ) {
    this.#terminal = terminal;
    this.#header = header;
    this.#events = events;
    this.#timeline = timelineOf(events);
    this.#onChange = onChange;
    this.seek(0);
  }

  play(): void {
    if (this.#frame !== null || this.#disposed) return;
    if (this.#position >= this.#duration) this.seek(0);
    this.#lastFrame = performance.now();
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
    this.#tell();
  }

  pause(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.#tell();
  }

  seek(position: number): void {
    this.#position = Math.min(Math.max(position, 0), this.#duration);
    this.#show();
    this.#tell();
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
  }

  /** Stays at the event it is at: only the time between events changes. */
  setMaxPause(seconds: number): void {
    const before = this.#timeline;
    const last = eventAfter(before, this.#position) - 1;
    const since = this.#position - (before[last] ?? 0);
    this.#timeline = timelineOf(this.#events, seconds);
    const next = this.#timeline[last + 1] ?? this.#duration;
    this.#position = Math.min((this.#timeline[last] ?? 0) + since, next);
    this.#show();
    this.#tell();
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  get #duration(): number {
    return this.#timeline.at(-1) ?? 0;
  }

  #tick(now: number): void {
    // The first frame may be older than the moment it was asked for.
    const passed = Math.max(now - this.#lastFrame, 0) / 1000;
    this.#lastFrame = Math.max(now, this.#lastFrame);
    this.#position = Math.min(this.#position + passed * this.#speed, this.#duration);
    this.#show();
    this.#frame = this.#position < this.#duration ? requestAnimationFrame((at) => this.#tick(at)) : null;
    this.#tell();
  }

  #show(): void {
    // The first is the screen it began with: that is there from the beginning.
    this.#wanted = Math.max(eventAfter(this.#timeline, this.#position), 1);
    if (!this.#writing) void this.#write();
  }

  /** One thing after the other: a resize must not overtake the output before it. */
  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#shown !== this.#wanted && !this.#disposed) {
      if (this.#wanted < this.#shown || this.#shown === 0) this.#rewind();
      await this.#writePiece();
    }
    this.#writing = false;
  }

  #rewind(): void {
    this.#shown = 0;
    this.#terminal.reset();
    this.#terminal.resize(this.#header.width, this.#header.height);
  }

  async #writePiece(): Promise<void> {
    let text = "";
    while (this.#shown < this.#wanted && text.length < PIECE_CHARACTERS) {
      const event = this.#events[this.#shown];
      if (event?.type === "resize") {
        if (text !== "") break;
        this.#terminal.resize(event.cols, event.rows);
      } else text += event?.text ?? "";
      this.#shown += 1;
    }
    if (text !== "") await new Promise<void>((resolve) => this.#terminal.write(text, resolve));
  }

  #tell(): void {
    this.#onChange({ position: this.#position, duration: this.#duration, playing: this.#frame !== null });
  }
}
