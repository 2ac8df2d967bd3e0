import { AppError } from "@/lib/errors";
import {
  isInterrupt,
  type RecordingEnd,
  type RecordingState,
  type TerminalInfo,
  type TerminalPerson,
  type TerminalSize,
} from "@/lib/terminal";
import type { Pty } from "@/server/systemd/pty";
import { OutputBatch } from "./output-batch";
import { type Lane, OutputLanes } from "./output-lanes";
import { PASTE_END, PasteBrackets } from "./paste-brackets";
import { type Person, SessionPeople } from "./session-people";
import { type Recorder, SessionRecording } from "./session-recording";
import { TerminalScreen } from "./terminal-screen";

/** So far the screen kept here may lag behind the output. */
const SCREEN_HIGH_WATER_BYTES = 1024 * 1024;
const SCREEN_LOW_WATER_BYTES = 512 * 1024;
const HANG_UP_MS = 5000;
/** Where nobody looks, the time of the last output is told no more often than this. */
const SIGN_TOLD_MS = 10_000;
/** Answers a program asked for and does not read. One that asks without end and reads nothing gets no more. */
const MAX_UNREAD_REPLY_BYTES = 128 * 1024;

export interface TerminalExit {
  exitCode: number | null;
  signal: number | null;
}

/** One browser looking at a session. */
export interface TerminalClient {
  send(data: Buffer): void;
  /** The restored screen, at first and after it fell behind; `send` goes on from there. */
  attached(screen: Buffer, size: TerminalSize): void;
  resized(size: TerminalSize): void;
  people(people: TerminalPerson[]): void;
  /** Whether it is being recorded: told before the screen, and before anything is in a recording. `end` tells why one ended. */
  recording(state: RecordingState | null, end: RecordingEnd | null): void;
  exited(exit: TerminalExit): void;
  /** The session is closed. */
  gone(): void;
}

/** What a browser can do with the session it looks at. */
export interface TerminalAttachment {
  /** Bytes of output the browser has parsed since it came, in all. */
  ack(bytes: number): void;
  setVisible(visible: boolean): void;
  /** Ignored where this person may not type. `taken` is called when the program has read it. */
  write(data: Buffer, taken: () => void): void;
  /** The browser's own size. The last one who may type and said so decides: a forgotten small window elsewhere does not. */
  resize(size: TerminalSize): void;
  ask(): void;
  setTyping(person: string, allow: boolean): void;
  detach(): void;
}

export interface TerminalSessionOptions {
  pty: Pty;
  info: Pick<TerminalInfo, "id" | "machine" | "kind" | "user" | "command" | "program" | "openedBy">;
  /** The id of whoever opened it. */
  ownerId: string;
  size: TerminalSize;
  /** Told when what `info` says has changed. */
  onChange: () => void;
}

interface Attached {
  client: TerminalClient;
  lane: Lane;
  person: Person;
}

/** A pty whose screen lives here, so that any number of browsers can come, go and come back. */
export class TerminalSession {
  readonly #pty: Pty;
  readonly #screen: TerminalScreen;
  readonly #batch = new OutputBatch((data) => {
    this.#recording?.output(data);
    this.#lanes.broadcast(data);
  });
  readonly #lanes: OutputLanes;
  readonly #brackets = new PasteBrackets();
  readonly #people: SessionPeople;
  readonly #clients = new Map<Lane, Attached>();
  readonly #fixed: TerminalSessionOptions["info"] & { startedAt: string };
  readonly #onChange: () => void;
  #size: TerminalSize;
  #exit: TerminalExit | null = null;
  #recording: SessionRecording | null = null;
  #endedAt: number | null = null;
  #paused = false;
  #screenFull = false;
  #closed = false;
  /** Date.now() of the last output, or of the last browser that left. */
  #lastSign = Date.now();
  /** The one that `onChange` was last called for. */
  #toldSign = 0;

  constructor({ pty, info, ownerId, size, onChange }: TerminalSessionOptions) {
    this.#pty = pty;
    this.#fixed = { ...info, startedAt: new Date().toISOString() };
    this.#size = size;
    this.#onChange = onChange;
    this.#people = new SessionPeople(info.kind === "console" ? null : ownerId);
    this.#lanes = new OutputLanes({
      onChange: () => this.#regulate(),
      onCaughtUp: (lane) => this.#showScreen(lane),
    });
    this.#screen = new TerminalScreen({
      ...size,
      onReply: (data) => this.#reply(data),
      onProgress: () => this.#regulate(),
    });
    pty.onData((data) => this.#output(data));
    pty.onExit((exit) => this.#ended(exit));
  }

  get info(): TerminalInfo {
    return {
      ...this.#fixed,
      ...this.#size,
      state: this.#exit ? "exited" : "running",
      exitCode: this.#exit?.exitCode ?? null,
      endedAt: this.#endedAt === null ? null : new Date(this.#endedAt).toISOString(),
      idleSince: this.idleSince === null ? null : new Date(this.idleSince).toISOString(),
      viewers: this.#people.list().map(({ name, mayType }) => ({ name, mayType })),
      recording: this.#recording?.state ?? null,
    };
  }

  /** Since when nobody looks and nothing was printed, in ms of Date.now(); null while somebody looks. */
  get idleSince(): number | null {
    return this.#clients.size > 0 ? null : this.#lastSign;
  }

  /** When the program ended, in ms of Date.now(). */
  get endedAt(): number | null {
    return this.#endedAt;
  }

  /** Input and answers that the program has not read. */
  get unreadBytes(): number {
    return this.#pty.unwrittenBytes;
  }

  /** Adds a browser. It gets the screen, and every byte after it, none twice. */
  attach(client: TerminalClient, person: Person): TerminalAttachment {
    const lane = this.#lanes.add((data) => client.send(data));
    this.#clients.set(lane, { client, lane, person });
    this.#people.enter(person);
    this.#showScreen(lane);
    this.#tellPeople();
    return {
      ack: (bytes) => this.#lanes.ack(lane, bytes),
      setVisible: (visible) => this.#lanes.setVisible(lane, visible),
      write: (data, taken) => {
        if (this.#exit || !this.#people.mayType(person.id)) return taken();
        if (isInterrupt(data) && !this.#screen.isFullScreen) this.#interrupt(data, taken);
        else this.#write(data, taken);
      },
      resize: (size) => {
        if (this.#people.mayType(person.id) || this.#fixed.kind === "console") this.#resize(size);
      },
      ask: () => {
        if (this.#people.ask(person.id)) this.#tellPeople();
      },
      setTyping: (other, allow) => {
        if (this.#people.setTyping(person.id, other, allow)) this.#tellPeople();
      },
      detach: () => this.#detach(lane),
    };
  }

  /** Everybody is told first; then the screen as it is and all that follows goes to `recorder`. Errors: CONFLICT, PRECONDITION. */
  record(state: RecordingState, recorder: Recorder): void {
    if (this.#exit || this.#closed)
      throw new AppError("PRECONDITION", "This session has ended: there is nothing to record.");
    if (this.#recording) {
      throw new AppError("CONFLICT", `This session is being recorded already, by ${this.#recording.state.by}.`);
    }
    const recording = new SessionRecording(state, recorder);
    this.#tellRecording(state, null);
    // What is not sent yet will be on the screen that the recording begins with.
    this.#batch.flush();
    this.#recording = recording;
    this.#screen.settle(() => {
      if (this.#recording === recording) recording.begin(this.#screen.serialize());
    });
    this.#onChange();
  }

  /** The recording takes nothing more; everybody is told why. */
  recordingEnded(end: RecordingEnd): void {
    if (!this.#recording) return;
    this.#recording = null;
    this.#tellRecording(null, end);
    this.#onChange();
  }

  /** Hangs up, as closing a terminal window does; a program that takes no notice is killed. */
  close(): void {
    if (this.#closed) return;
    this.#batch.flush();
    this.#recording?.recorder.end("ended");
    this.#closed = true;
    if (!this.#exit) {
      this.#pty.kill("SIGHUP");
      const killer = setTimeout(() => this.#pty.kill("SIGKILL"), HANG_UP_MS).unref();
      this.#pty.onExit(() => clearTimeout(killer));
      // What nobody sees any more must not keep the program from ending.
      this.#pty.resume();
    }
    this.#screen.dispose();
    for (const { client } of this.#clients.values()) client.gone();
    this.#clients.clear();
    this.#lanes.close();
  }

  #output(data: Buffer): void {
    if (this.#closed) return;
    this.#lastSign = Date.now();
    if (this.#clients.size === 0 && this.#lastSign - this.#toldSign >= SIGN_TOLD_MS) {
      this.#toldSign = this.#lastSign;
      this.#onChange();
    }
    this.#screen.write(data);
    this.#batch.push(data);
    this.#regulate();
  }

  /** Questions of the program are answered here, once, whether nobody looks or five browsers do. */
  #reply(data: Buffer): void {
    if (this.#exit || this.#fixed.kind === "console" || this.#pty.unwrittenBytes > MAX_UNREAD_REPLY_BYTES) return;
    this.#write(data);
  }

  #write(data: Buffer, taken?: () => void): void {
    this.#brackets.push(data, this.#pty.unwrittenBytes);
    this.#pty.write(data, taken);
  }

  /**
   * What the program has not taken is dropped, as the line discipline does with what it holds. That does so where ISIG is set, which
   * cannot be seen from here: a program that reads ^C as a key is at least not left inside a paste without an end. The end goes in the
   * same write, before ^C: where ISIG is set it is dropped in turn.
   */
  #interrupt(data: Buffer, taken: () => void): void {
    const isPasteOpen = this.#brackets.drop(this.#pty.unwrittenBytes);
    this.#pty.dropUnwritten();
    this.#write(isPasteOpen ? Buffer.concat([PASTE_END, data]) : data, taken);
  }

  #resize(size: TerminalSize): void {
    if (this.#exit || (size.cols === this.#size.cols && size.rows === this.#size.rows)) return;
    this.#size = size;
    this.#batch.flush();
    this.#screen.resize(size.cols, size.rows);
    this.#recording?.resized(size);
    for (const { client, lane } of this.#clients.values()) if (lane.state === "live") client.resized(size);
    this.#pty.resize(size.cols, size.rows);
    this.#onChange();
  }

  /** What the others have not been sent yet is on the screen the new one gets, so it goes out first. */
  #showScreen(lane: Lane): void {
    const attached = this.#clients.get(lane);
    if (!attached) return;
    this.#lanes.hold(lane);
    this.#batch.flush();
    this.#lanes.enter(lane);
    const size = this.#size;
    this.#screen.settle(() => {
      if (!this.#clients.has(lane)) return;
      attached.client.recording(this.#recording?.state ?? null, null);
      attached.client.attached(this.#screen.serialize(), size);
      this.#lanes.goLive(lane);
      attached.client.people(this.#people.list());
      if (this.#size !== size) attached.client.resized(this.#size);
      if (this.#exit) attached.client.exited(this.#exit);
    });
  }

  #detach(lane: Lane): void {
    const attached = this.#clients.get(lane);
    if (!attached) return;
    this.#clients.delete(lane);
    this.#people.leave(attached.person.id);
    if (this.#clients.size === 0) this.#lastSign = Date.now();
    this.#lanes.remove(lane);
    this.#tellPeople();
  }

  #tellPeople(): void {
    const people = this.#people.list();
    // One whose screen is still being made is told after it.
    for (const { client, lane } of this.#clients.values())
      if (lane.state === "live" || lane.state === "behind") client.people(people);
    this.#onChange();
  }

  #tellRecording(state: RecordingState | null, end: RecordingEnd | null): void {
    for (const { client } of this.#clients.values()) client.recording(state, end);
  }

  /** The last output may still be on its way to the screen, and with it what the shell said at its end. */
  #ended({ exitCode, signal }: TerminalExit): void {
    if (this.#closed) return;
    this.#batch.flush();
    this.#screen.settle(() => {
      this.#exit = { exitCode: this.#statusOf(exitCode), signal };
      this.#endedAt = Date.now();
      this.#recording?.recorder.end("ended");
      for (const { client, lane } of this.#clients.values()) if (lane.state === "live") client.exited(this.#exit);
      this.#onChange();
    });
  }

  /** machinectl ends with 0 whatever a shell or login ended with, and also when the machine is gone; only our shells tell their own. */
  #statusOf(exitCode: number | null): number | null {
    if (exitCode !== 0 || this.#fixed.kind === "console") return exitCode;
    return this.#fixed.kind === "shell" ? this.#screen.exitStatus : null;
  }

  /** The program waits while a browser, or the screen kept here, has too much to read. */
  #regulate(): void {
    const waiting = this.#screen.waitingBytes;
    this.#screenFull = this.#screenFull ? waiting > SCREEN_LOW_WATER_BYTES : waiting > SCREEN_HIGH_WATER_BYTES;
    const wait = this.#screenFull || this.#lanes.isFull;
    if (wait === this.#paused || this.#closed) return;
    this.#paused = wait;
    if (wait) this.#pty.pause();
    else this.#pty.resume();
  }
}
