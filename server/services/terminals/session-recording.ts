import type { RecordingEnd, RecordingState, TerminalSize } from "@/lib/terminal";

/** Takes what a session shows. It answers nothing and fails silently: a session never waits for its recording. */
export interface Recorder {
  output(data: Buffer): void;
  resized(size: TerminalSize): void;
  end(why: RecordingEnd["why"]): void;
}

/**
 * The recording of a session from its middle on: it begins with the screen as it is, which takes a moment to be made. What happens
 * meanwhile is kept for after it; that is little, for the program is held back while the screen has much to parse.
 */
export class SessionRecording {
  readonly state: RecordingState;
  readonly recorder: Recorder;
  #kept: (() => void)[] | null = [];

  constructor(state: RecordingState, recorder: Recorder) {
    this.state = state;
    this.recorder = recorder;
  }

  begin(screen: Buffer): void {
    this.recorder.output(screen);
    const kept = this.#kept ?? [];
    this.#kept = null;
    for (const step of kept) step();
  }

  output(data: Buffer): void {
    this.#take(() => this.recorder.output(data));
  }

  resized(size: TerminalSize): void {
    this.#take(() => this.recorder.resized(size));
  }

  #take(step: () => void): void {
    if (this.#kept) this.#kept.push(step);
    else step();
  }
}
