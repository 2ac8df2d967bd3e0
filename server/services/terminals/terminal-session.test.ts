import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Terminal } from "@xterm/headless";
import pino from "pino";
import { afterEach, describe, expect, test, vi } from "vitest";

import type { RecordingEnd, RecordingState, TerminalKind, TerminalPerson } from "@/lib/terminal";
import { spawnPty } from "@/server/systemd/pty";
import { createTerminalRegistry } from "./terminal-registry";
import type { TerminalAttachment, TerminalClient, TerminalExit, TerminalSession } from "./terminal-session";

const SIZE = { cols: 60, rows: 12 };
const ADA = { id: "ada", name: "Ada" };
const LIN = { id: "lin", name: "Lin" };
const DAY_MS = 86_400_000;
/** May be on its way to one browser before the program waits, */
const HIGH_WATER_BYTES = 256 * 1024;
/**
 * with the frame on top of it: less than 64 KiB, and the read that makes it whole. That is 4 KiB mostly, but more where the kernel fills
 * its buffer again while it is read; libuv has room for 64.
 */
const WINDOW_BYTES = HIGH_WATER_BYTES + (64 + 64) * 1024 - 1;

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

function createRegistry(idleTimeoutMs = DAY_MS) {
  const registry = createTerminalRegistry({ system: { spawnPty }, log: pino({ level: "silent" }), idleTimeoutMs });
  ending.push(() => registry.close());
  return registry;
}

/** A real program on a real pty, in a session that Ada opened. */
function open(script: string, { kind = "login", registry = createRegistry() }: OpenOptions = {}): TerminalSession {
  const info = { machine: "m", kind, user: null, command: [], program: [], openedBy: "ada@example.com" };
  return registry.open({ argv: ["/bin/sh", "-c", script], info, ownerId: ADA.id, size: SIZE });
}

interface OpenOptions {
  kind?: TerminalKind;
  registry?: ReturnType<typeof createRegistry>;
}

/** A browser: shows what it is sent, and tells what it has read as long as it `reads`. */
class Browser implements TerminalClient {
  terminal = new Terminal({ ...SIZE, scrollback: 100_000, allowProposedApi: true });
  reads = true;
  screens = 0;
  liveBytes = 0;
  readonly hash = createHash("sha256");
  exit: TerminalExit | null = null;
  closed = false;
  people_: TerminalPerson[] = [];
  /** What it was told, in order: of recordings, and that it was given a screen. */
  readonly told: string[] = [];
  readonly attachment: TerminalAttachment;

  constructor(session: TerminalSession, person = ADA) {
    this.attachment = session.attach(this, person);
  }

  send(data: Buffer): void {
    this.liveBytes += data.length;
    this.hash.update(data);
    this.terminal.write(data, () => {
      if (this.reads) this.attachment.ack(this.liveBytes);
    });
  }

  attached(screen: Buffer): void {
    this.screens += 1;
    this.told.push("screen");
    this.terminal.reset();
    this.terminal.write(screen);
  }

  readAgain(): void {
    this.reads = true;
    this.attachment.ack(this.liveBytes);
  }

  type(text: string): void {
    this.attachment.write(Buffer.from(text), () => undefined);
  }

  resized(): void {}
  people(people: TerminalPerson[]): void {
    this.people_ = people;
  }
  recording(state: RecordingState | null, end: RecordingEnd | null): void {
    this.told.push(state ? `by ${state.by}` : (end?.why ?? "not recorded"));
  }
  exited(exit: TerminalExit): void {
    this.exit = exit;
  }
  gone(): void {
    this.closed = true;
  }

  get lines(): string[] {
    const buffer = this.terminal.buffer.active;
    return Array.from({ length: buffer.length }, (_, y) => buffer.getLine(y)?.translateToString(true) ?? "");
  }

  /** What is on the screen; reading all that scrolled away would take longer than what is waited for. */
  get text(): string {
    const { baseY } = this.terminal.buffer.active;
    return Array.from(
      { length: SIZE.rows },
      (_, y) => this.terminal.buffer.active.getLine(baseY + y)?.translateToString(true) ?? "",
    ).join("\n");
  }
}

const until = (check: () => void, timeout = 20_000) => vi.waitFor(check, { timeout, interval: 10 });
/** The clock goes on as it does, but so many milliseconds ahead as is said. */
function shiftClock(): (ms: number) => void {
  let ahead = 0;
  const real = Date.now;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => real() + ahead);
  ending.push(async () => clock.mockRestore());
  return (ms) => {
    ahead += ms;
  };
}

const untilShown = (browser: Browser, text: string) => until(() => expect(browser.text).toContain(text));

describe("attaching", () => {
  test("shows the full-screen program as it is, and the shell's screen behind it when it leaves", async () => {
    const session = open(
      "echo shell; printf '\\033[?1049h\\033[3;4Hfull screen\\033[31m red'; read x; tput rmcup || printf '\\033[?1049l'; echo back; cat",
    );
    const first = new Browser(session);
    await untilShown(first, "red");
    const second = new Browser(session, LIN);
    await untilShown(second, "full screen red");
    expect(second.terminal.buffer.active.type).toBe("alternate");
    expect(second.lines).toEqual(first.lines);
    first.type("\r");
    for (const browser of [first, second]) await untilShown(browser, "back");
    expect(second.terminal.buffer.active.type).toBe("normal");
    expect(second.text).toContain("shell");
    expect(second.lines.slice(0, 4)).toEqual(first.lines.slice(0, 4));
  });

  test("in the middle of a flood loses no line and shows none twice", async () => {
    const session = open("seq 1 30000; echo end; cat");
    const first = new Browser(session);
    await until(() => expect(first.liveBytes).toBeGreaterThan(20_000));
    const second = new Browser(session, LIN);
    for (const browser of [first, second]) await untilShown(browser, "end");
    const numbers = second.lines.filter((line) => /^\d+$/.test(line)).map(Number);
    expect(numbers.at(-1)).toBe(30_000);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  test("brings the last 2000 lines that scrolled away, and no more", async () => {
    // Without a line end, which may be read a moment after the word.
    const session = open("seq 1 5000; printf end; cat");
    const watching = new Browser(session);
    await untilShown(watching, "end");
    const late = new Browser(session, LIN);
    await untilShown(late, "end");
    expect(late.lines.length).toBe(2000 + SIZE.rows);
    expect(late.lines).not.toContain("1000");
    expect(late.lines).toContain("4000");
  });
});

describe("the end", () => {
  test.each<[string, TerminalKind, string, TerminalExit]>([
    ["that machinectl itself failed", "login", "exit 1", { exitCode: 1, signal: null }],
    ["unknown where a login ended, for machinectl ends with 0", "login", "exit 0", { exitCode: null, signal: null }],
    [
      "nothing that a program in a login made up",
      "login",
      "printf '\\033]7717;3\\033\\\\'",
      { exitCode: null, signal: null },
    ],
    ["a console's own end", "console", "exit 0", { exitCode: 0, signal: null }],
    ["a signal", "login", "kill -9 $$", { exitCode: null, signal: 9 }],
    [
      "what a shell reported, for machinectl ends with 0",
      "shell",
      "printf '\\033]7717;3\\033\\\\'",
      { exitCode: 3, signal: null },
    ],
    ["unknown where a shell reported nothing", "shell", "exit 0", { exitCode: null, signal: null }],
  ])("%s is told, also to who comes later", async (_name, kind, script, exit) => {
    const session = open(`echo last words; ${script}`, { kind });
    const browser = new Browser(session);
    await until(() => expect(browser.exit).toEqual(exit));
    expect(session.info).toMatchObject({ state: "exited", exitCode: exit.exitCode });
    const late = new Browser(session, LIN);
    await until(() => expect(late.exit).toEqual(exit));
    await untilShown(late, "last words");
  });

  test("closing hangs up the program and tells everybody", async () => {
    const session = open("echo pid $$; exec sleep 1000");
    const browser = new Browser(session);
    const pid = await pidOf(browser);
    expect(isAlive(pid)).toBe(true);
    session.close();
    expect(browser.closed).toBe(true);
    await until(() => expect(isAlive(pid)).toBe(false), 4000);
  });

  test("closing kills a program that takes no notice of a hang-up", async () => {
    const session = open("trap '' HUP; echo pid $$; while :; do sleep 1; done");
    const browser = new Browser(session);
    const pid = await pidOf(browser);
    session.close();
    await until(() => expect(isAlive(pid)).toBe(false));
  });
});

/** Of the program, which has printed it. */
async function pidOf(browser: Browser): Promise<number> {
  await until(() => expect(browser.text).toMatch(/pid \d+\s/));
  return Number(/pid (\d+)/.exec(browser.text)?.[1]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("flow control", () => {
  const FLOOD = 1536 * 1024;

  test("a browser alone that reads nothing makes the program wait, and gets every byte when it reads again", async () => {
    const session = open(`head -c ${FLOOD} /dev/zero | tr '\\0' x; sleep 1000`);
    const browser = new Browser(session);
    browser.reads = false;
    await until(() => expect(browser.liveBytes).toBeGreaterThan(HIGH_WATER_BYTES));
    const sent = browser.liveBytes;
    expect(sent).toBeLessThanOrEqual(WINDOW_BYTES);
    browser.readAgain();
    await until(() => expect(browser.liveBytes).toBe(FLOOD));
    expect(browser.screens).toBe(1);
    const wanted = createHash("sha256").update(Buffer.alloc(FLOOD, "x")).digest("hex");
    expect(browser.hash.digest("hex")).toBe(wanted);
  });

  test("one of two that reads nothing is left behind, costs no memory, and is given the screen when it reads", async () => {
    const session = open(`head -c ${FLOOD} /dev/zero | tr '\\0' x; echo; echo end; cat`);
    const reader = new Browser(session);
    const stuck = new Browser(session, LIN);
    stuck.reads = false;
    await untilShown(reader, "end");
    expect(reader.liveBytes).toBeGreaterThan(FLOOD);
    expect(stuck.liveBytes).toBeLessThanOrEqual(WINDOW_BYTES);
    stuck.readAgain();
    await untilShown(stuck, "end");
    expect(stuck.screens).toBe(2);
    reader.type("typed\r");
    await untilShown(stuck, "typed");
  });

  test("a hidden window that reads nothing holds nobody back, is sent nothing more, and is whole when it is shown", async () => {
    const session = open(`head -c ${FLOOD} /dev/zero | tr '\\0' x; echo; seq 1 500; echo end`);
    const hidden = new Browser(session);
    hidden.reads = false;
    hidden.attachment.setVisible(false);
    await until(() => expect(session.info.state).toBe("exited"));
    const sent = hidden.liveBytes;
    expect(sent).toBeLessThanOrEqual(WINDOW_BYTES);
    expect(hidden.exit).toBeNull();
    // Its timers run even now and then.
    hidden.readAgain();
    expect([hidden.liveBytes, hidden.screens]).toEqual([sent, 1]);
    hidden.attachment.setVisible(true);
    await untilShown(hidden, "end");
    expect(hidden.screens).toBe(2);
    expect(hidden.lines.filter((line) => /^\d+$/.test(line)).map(Number)).toEqual(
      Array.from({ length: 500 }, (_, index) => index + 1),
    );
    expect(hidden.exit).toEqual({ exitCode: null, signal: null });
    expect(hidden.liveBytes).toBe(sent);
  });

  test("^C goes over a paste that the program has not read, and the paste is forgotten", async () => {
    const reads = "stty -echo; trap 'echo interrupted' INT; echo ready; while read -r x; do sleep 0.01; done";
    const session = open(`exec bash -c "${reads}"`);
    const browser = new Browser(session);
    await untilShown(browser, "ready");
    let taken = 0;
    // Read at this pace all of it would take more than a minute.
    const line = Buffer.from(`${"x".repeat(63)}\r`);
    for (let lines = 0; lines < 8192; lines += 1) browser.attachment.write(line, () => (taken += line.length));
    expect(session.unreadBytes).toBeGreaterThan(400 * 1024);
    browser.type("\x03");
    expect(session.unreadBytes).toBeLessThanOrEqual(1);
    expect(taken).toBe(8192 * line.length);
    await until(() => expect(browser.text).toContain("interrupted"));
  });

  test.each([
    ["a program that may not heed ^C is not left inside the paste", "true", 0],
    ["of a full-screen program the paste is not touched: ^C is a key to it", "printf '\\033[?1049h'", 512 * 1024],
  ])("%s", async (_name, enter, atLeast) => {
    const directory = mkdtempSync(join(tmpdir(), "machineroom-paste-"));
    ending.push(async () => rmSync(directory, { recursive: true }));
    const file = join(directory, "read");
    // Reads nothing before it is told to, then all that comes.
    const session = open(
      `trap 'go=1' USR1; stty raw -echo; ${enter}; echo pid $$; echo; until [ "$go" ]; do sleep 0.02; done; exec cat >${file}`,
    );
    const browser = new Browser(session);
    const pid = await pidOf(browser);
    browser.type(`\x1b[200~${"x".repeat(512 * 1024)}`);
    browser.type("\x1b[201~");
    browser.type("\x03");
    process.kill(pid, "SIGUSR1");
    // The last that was typed, and in nothing before it.
    await until(() => expect(readFileSync(file).at(-1)).toBe(3));
    const read = readFileSync(file);
    expect(read.subarray(0, 6).toString()).toBe("\x1b[200~");
    expect(read.subarray(-8).toString()).toBe("x\x1b[201~\x03");
    expect(read.length).toBeGreaterThan(atLeast);
    expect(read.length < 512 * 1024).toBe(atLeast === 0);
  });

  test("where nobody looks the program goes on", async () => {
    const session = open(`head -c ${FLOOD} /dev/zero | tr '\\0' x; echo; echo end`);
    await until(() => expect(session.info.state).toBe("exited"));
    const late = new Browser(session);
    await untilShown(late, "end");
  });
});

describe("people", () => {
  test("only who may type does, and everybody sees who is there", async () => {
    const session = open("stty -echo; echo ready; cat");
    const ada = new Browser(session);
    const lin = new Browser(session, LIN);
    await untilShown(ada, "ready");
    await until(() =>
      expect(ada.people_.map(({ name, mayType }) => [name, mayType])).toEqual([
        ["Ada", true],
        ["Lin", false],
      ]),
    );
    lin.type("lost\r");
    lin.attachment.setTyping(LIN.id, true);
    lin.type("lost\r");
    lin.attachment.ask();
    await until(() => expect(ada.people_.find(({ id }) => id === LIN.id)?.asks).toBe(true));
    ada.attachment.setTyping(LIN.id, true);
    await until(() => expect(lin.people_.find(({ id }) => id === LIN.id)?.mayType).toBe(true));
    lin.type("hello\r");
    await untilShown(ada, "hello");
    expect(ada.text).not.toContain("lost");
    lin.attachment.detach();
    await until(() => expect(ada.people_.map(({ name }) => name)).toEqual(["Ada"]));
    expect(session.info.viewers).toEqual([{ name: "Ada", mayType: true }]);
  });

  test("a watcher may take over where nobody who may type is there", async () => {
    const session = open("echo ready; cat");
    const ada = new Browser(session);
    ada.attachment.detach();
    const lin = new Browser(session, LIN);
    lin.attachment.setTyping(LIN.id, true);
    lin.type("mine now\r");
    await untilShown(lin, "mine now");
  });

  // The login shows that the program would have told.
  test.each([
    ["a console takes no input from anybody", "console", 0],
    ["a login takes it", "login", 1],
  ] as const)("%s", async (_name, kind, times) => {
    const tell = "stty -echo; exec 3<&0; while read -r x <&3; do echo taken; done & echo ready";
    const session = open(`${tell}; i=0; while sleep 0.02; do i=$((i+1)); echo "tick $i"; done`, { kind });
    const ada = new Browser(session);
    await untilShown(ada, "ready");
    ada.attachment.setTyping(ADA.id, true);
    ada.type("typed\r");
    const ticks = () => Number(ada.lines.findLast((line) => line.startsWith("tick"))?.slice(5) ?? 0);
    const taken = () => ada.lines.filter((line) => line === "taken");
    await until(() => expect(taken()).toHaveLength(times));
    const later = ticks() + 20;
    await until(() => expect(ticks()).toBeGreaterThan(later));
    expect(taken()).toHaveLength(times);
    expect(ada.people_.some(({ mayType }) => mayType)).toBe(times > 0);
  });
});

describe("recording", () => {
  /** What a recording is given, as a screen would show it. */
  class Tape {
    readonly terminal = new Terminal({ ...SIZE, allowProposedApi: true });
    readonly events: string[] = [];
    output(data: Buffer): void {
      this.events.push("output");
      this.terminal.write(data);
    }
    resized({ cols, rows }: { cols: number; rows: number }): void {
      this.events.push(`${cols}x${rows}`);
    }
    end(why: RecordingEnd["why"]): void {
      this.events.push(why);
    }
    get text(): string {
      return Array.from(
        { length: SIZE.rows },
        (_, y) => this.terminal.buffer.active.getLine(y)?.translateToString(true) ?? "",
      ).join("\n");
    }
  }
  const STATE = { id: "r", by: "ada@example.com", since: "2026-01-01T00:00:00.000Z" };

  test("begins with the screen as it is, a full-screen program's too, and goes on with all that follows", async () => {
    const session = open("printf '\\033[?1049hold screen'; read x; echo; echo new line; cat");
    const browser = new Browser(session);
    await untilShown(browser, "old screen");
    const tape = new Tape();
    session.record(STATE, tape);
    browser.type("\r");
    await until(() => expect(tape.text).toContain("new line"));
    expect(tape.text).toContain("old screen");
    expect(tape.terminal.buffer.active.type).toBe("alternate");
    browser.attachment.resize({ cols: 70, rows: 20 });
    expect(tape.events.at(-1)).toBe("70x20");
  });

  test("in the middle of a flood has every line from some line on, and none twice", async () => {
    const session = open("seq 1 30000; echo end; cat");
    const browser = new Browser(session);
    await until(() => expect(browser.liveBytes).toBeGreaterThan(20_000));
    const tape = new Tape();
    tape.terminal.options.scrollback = 100_000;
    session.record(STATE, tape);
    await untilShown(browser, "end");
    const buffer = tape.terminal.buffer.active;
    const lines = () =>
      Array.from({ length: buffer.length }, (_, y) => buffer.getLine(y)?.translateToString(true) ?? "");
    await until(() => expect(lines()).toContain("end"));
    const numbers = lines()
      .filter((line) => /^\d+$/.test(line))
      .map(Number);
    expect(numbers.at(-1)).toBe(30_000);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  test("is told to everybody, and to who comes later before there is a screen to type into", async () => {
    const session = open("echo ready; cat");
    const ada = new Browser(session);
    await untilShown(ada, "ready");
    session.record(STATE, new Tape());
    const lin = new Browser(session, LIN);
    await untilShown(lin, "ready");
    expect(ada.told).toEqual(["not recorded", "screen", "by ada@example.com"]);
    expect(lin.told).toEqual(["by ada@example.com", "screen"]);
    expect(session.info.recording).toEqual(STATE);
    session.recordingEnded({ why: "limit", limitBytes: 1, error: null });
    for (const browser of [ada, lin]) expect(browser.told.at(-1)).toBe("limit");
    expect(session.info.recording).toBeNull();
  });

  test("is one at a time, and none of what has ended", async () => {
    const session = open("read x");
    const browser = new Browser(session);
    const tape = new Tape();
    session.record(STATE, tape);
    expect(() => session.record(STATE, new Tape())).toThrow("already, by ada@example.com");
    browser.type("\r");
    await until(() => expect(session.info.state).toBe("exited"));
    expect(tape.events.at(-1)).toBe("ended");
    session.recordingEnded({ why: "ended", limitBytes: 1, error: null });
    expect(() => session.record(STATE, new Tape())).toThrow("has ended");
  });

  test("ends when the session is closed", async () => {
    const session = open("echo ready; cat");
    const tape = new Tape();
    session.record(STATE, tape);
    await until(() => expect(tape.text).toContain("ready"));
    session.close();
    expect(tape.events.at(-1)).toBe("ended");
  });
});

test("a program that asks the terminal without end and reads no answer costs no memory", async () => {
  const session = open("stty -echo; for i in $(seq 1 60000); do printf '\\033[6n'; done; echo asked; sleep 1000");
  const browser = new Browser(session);
  await untilShown(browser, "asked");
  expect(session.unreadBytes).toBeLessThan(130 * 1024);
});

test("that a program prints where nobody looks is told to the list, now and then", async () => {
  const pass = shiftClock();
  const registry = createRegistry();
  const told: (string | null | undefined)[] = [];
  registry.subscribe(() => told.push(registry.list()[0]?.idleSince));
  open("while :; do echo tick; sleep 0.02; done", { registry });
  const last = () => Date.parse(told.at(-1) ?? "");
  await until(() => expect(told.length).toBe(2));
  const first = last();
  await until(() => expect(Date.parse(registry.list()[0]?.idleSince ?? "")).toBeGreaterThan(first + 500));
  expect(told.length).toBe(2);
  pass(10_000);
  await until(() => expect(last()).toBeGreaterThan(first + 10_000));
  expect(told.length).toBe(3);
});

describe("the sweep", () => {
  test("closes a session that nobody looks at and that prints nothing, and no other", async () => {
    const pass = shiftClock();
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    ending.push(async () => void vi.useRealTimers());
    const sweep = () => vi.advanceTimersByTime(30_000);
    const registry = createRegistry(60_000);
    const idle = open("cat", { registry });
    const busy = open("while :; do echo tick; sleep 0.05; done", { registry });
    const watched = open("cat", { registry });
    const browser = new Browser(watched);
    const opened = Date.now();
    pass(61_000);
    await until(() => expect(Date.parse(busy.info.idleSince ?? "")).toBeGreaterThan(opened + 60_000));
    sweep();
    expect(registry.list().map(({ id }) => id)).toEqual([busy.info.id, watched.info.id]);
    expect(registry.get(idle.info.id)).toBeUndefined();
    browser.attachment.detach();
    sweep();
    expect(registry.get(watched.info.id)).toBeDefined();
    pass(61_000);
    sweep();
    expect(registry.get(watched.info.id)).toBeUndefined();
  });
});
