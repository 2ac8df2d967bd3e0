import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { parseCast } from "@/lib/recording";
import type { RecordingEnd, RecordingState, TerminalOpen, TerminalPerson } from "@/lib/terminal";
import { connectHostSystem, type HostSystem } from "@/server/systemd/host-system";
import type { Deps } from "../deps";
import { allowRootLogin, readLoginRefusal } from "../machines/root-login";
import { createRecordingRegistry, type RecordingRegistry } from "../recordings/recording-registry";
import { createWorld, type World } from "../world/world";
import { openTerminal } from "./open";
import { recordTerminal, stopRecording } from "./record";
import { createTerminalRegistry, type TerminalRegistry } from "./terminal-registry";
import type { TerminalAttachment, TerminalClient, TerminalExit, TerminalSession } from "./terminal-session";

const run = promisify(execFile);
const POOL = "/var/lib/machines";
/** Old in both: it has a securetty that knows no pseudo terminals, and a PAM that heeds it. */
const RUNS = "terminals-runs";
const STOPPED = "terminals-stopped";
const SIZE = { cols: 100, rows: 30 };
const ADA = { id: "ada", email: "ada@example.com" };
const LIN = { id: "lin", name: "Lin" };
const log = pino({ level: "silent" });

let system: HostSystem;
let world: World;
let terminals: TerminalRegistry;
let recordings: RecordingRegistry;
let deps: Deps;
let directory: string;

function place(name: string): void {
  const tree = `${POOL}/${name}`;
  execFileSync("/usr/bin/cp", ["-a", "--reflink=auto", "/srv/fixtures/debian", tree]);
  writeFileSync(`${tree}/etc/securetty`, "# Terminals on which root may log in.\nconsole\ntty1\n");
  const pam = readFileSync(`${tree}/etc/pam.d/login`, "utf8");
  writeFileSync(`${tree}/etc/pam.d/login`, pam.replace(/^auth/m, "auth required pam_securetty.so\nauth"));
  execFileSync("/usr/sbin/chroot", [tree, "/usr/sbin/useradd", "--create-home", "--shell=/bin/bash", "ada"]);
}

async function start(name: string): Promise<void> {
  await run("/usr/bin/machinectl", ["start", name]);
  await vi.waitFor(() => expect(world.machine(name)?.state).toBe("running"), { timeout: 30_000, interval: 20 });
  const state = () => run("/usr/bin/systemctl", ["-M", name, "show", "--value", "-p", "SystemState"]);
  await vi.waitFor(async () => expect((await state()).stdout).toMatch(/running|degraded/), {
    timeout: 40_000,
    interval: 50,
  });
}

/** A browser that shows nothing, but knows what it was sent. */
class Viewer implements TerminalClient {
  text = "";
  exit: TerminalExit | null = null;
  people_: TerminalPerson[] = [];
  readonly told: string[] = [];
  #looked = 0;
  #bytes = 0;
  readonly #attachment: TerminalAttachment;

  constructor(session: TerminalSession, person = { id: ADA.id, name: "Ada" }) {
    this.#attachment = session.attach(this, person);
  }

  send(data: Buffer): void {
    this.text += data.toString("utf8");
    this.#bytes += data.length;
    queueMicrotask(() => this.#attachment.ack(this.#bytes));
  }
  attached(screen: Buffer): void {
    this.text += screen.toString("utf8");
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
  gone(): void {}

  /** Waits for something that was not there when a line was last typed. */
  async sees(pattern: RegExp): Promise<void> {
    await vi.waitFor(() => expect(this.text.slice(this.#looked)).toMatch(pattern), { timeout: 30_000, interval: 20 });
  }

  type(line: string): void {
    this.#looked = this.text.length;
    this.#attachment.write(Buffer.from(`${line}\r`), () => undefined);
  }
}

async function open(input: Pick<TerminalOpen, "kind"> & Partial<TerminalOpen>): Promise<TerminalSession> {
  const { id } = await openTerminal(deps, { name: RUNS, ...SIZE, ...input }, ADA);
  const session = terminals.get(id);
  if (!session) throw new Error("it is not there");
  return session;
}

/** The process that shows a machine's console, once it has read what was there and waits for more. */
async function waitingJournalctl(name: string): Promise<number> {
  return vi.waitFor(
    async () => {
      const { stdout } = await run("/usr/bin/pgrep", ["--full", `journalctl .*@${name}\\.service --follow`]);
      const pid = Number(stdout);
      expect(readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))).toContain(
        "anon_inode:inotify",
      );
      expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/^State:\tS/m);
      return pid;
    },
    { timeout: 10_000, interval: 50 },
  );
}

beforeAll(async () => {
  system = await connectHostSystem({ log });
  world = createWorld({ system, log });
  await world.start();
  directory = mkdtempSync(join(tmpdir(), "machineroom-recordings-"));
  terminals = createTerminalRegistry({ system, log, idleTimeoutMs: 3_600_000 });
  recordings = createRecordingRegistry({
    log,
    directory,
    limitBytes: 4 * 1024 * 1024,
    kept: 10,
    keptMs: 86_400_000,
  });
  deps = { log, system, world, terminals, recordings } as Deps;
  place(RUNS);
  place(STOPPED);
  await start(RUNS);
});

afterEach(() => {
  for (const { id } of terminals.list()) terminals.closeOne(id);
});

afterAll(async () => {
  await terminals.close();
  await recordings.close();
  for (const name of [RUNS, STOPPED]) {
    await run("/usr/bin/systemctl", ["stop", `systemd-nspawn@${name}.service`]).catch(() => undefined);
    await run("/usr/bin/machinectl", ["read-only", name, "no"]).catch(() => undefined);
    await run("/usr/bin/machinectl", ["remove", name]);
  }
  world.close();
  await system.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("root's login on a machine whose securetty knows no pseudo terminals", () => {
  const list = (name: string) => `${POOL}/${name}/etc/securetty`;

  it("is refused, explained, and works once it was allowed, in the machine as it runs", async () => {
    const refused = new Viewer(await open({ kind: "login" }));
    await refused.sees(/login: $/);
    refused.type("root");
    await refused.sees(/Login incorrect/);

    const refusal = await readLoginRefusal(deps, RUNS);
    expect(refusal).toMatchObject({ pamFile: "/etc/pam.d/login", obstacle: null });
    expect(refusal?.missing).toContain("pts/0");
    expect(refusal?.command).toContain(list(RUNS));

    // Whoever the machine's root is on the host must stay the file's owner.
    const before = statSync(list(RUNS));
    expect((await allowRootLogin(deps, RUNS)).command).toBe(refusal?.command);
    expect(statSync(list(RUNS))).toMatchObject({ uid: before.uid, gid: before.gid, mode: before.mode });

    const allowed = new Viewer(await open({ kind: "login" }));
    await allowed.sees(/login: $/);
    allowed.type("root");
    await allowed.sees(/root@\S+:.*# $/);
    allowed.type("id -un; tty");
    await allowed.sees(/root\r\n\/dev\/pts\/\d/);
    // machinectl waits for the next one, as a terminal of the machine's own would.
    allowed.type("exit 7");
    await allowed.sees(/logout[\s\S]*login: $/);
    expect(allowed.exit).toBeNull();

    expect(await readLoginRefusal(deps, RUNS)).toBeNull();
    expect(await allowRootLogin(deps, RUNS)).toEqual({ command: null });
  });

  it("is put right by the command that is told, just the same", async () => {
    const refusal = await readLoginRefusal(deps, STOPPED);
    const old = readFileSync(list(STOPPED), "utf8");
    execFileSync("/bin/sh", ["-c", refusal?.command ?? "false"]);
    const byCommand = readFileSync(list(STOPPED), "utf8");
    writeFileSync(list(STOPPED), old);
    await allowRootLogin(deps, STOPPED);
    expect(readFileSync(list(STOPPED), "utf8")).toBe(byCommand);
    writeFileSync(list(STOPPED), old);
  });

  it("is refused for a read-only image, and done when it is stopped and writable", async () => {
    await run("/usr/bin/machinectl", ["read-only", STOPPED, "yes"]);
    await world.refresh();
    expect(world.machine(STOPPED)?.readOnly).toBe(true);
    expect(await readLoginRefusal(deps, STOPPED)).toMatchObject({ obstacle: "readOnly" });
    await expect(allowRootLogin(deps, STOPPED)).rejects.toMatchObject({ code: "PRECONDITION" });
    await run("/usr/bin/machinectl", ["read-only", STOPPED, "no"]);
    await world.refresh();
    expect(world.machine(STOPPED)?.readOnly).toBe(false);
    await allowRootLogin(deps, STOPPED);
    expect(readFileSync(list(STOPPED), "utf8")).toMatch(/^console\ntty1\npts\/0\n(?:.*\n)*pts\/9\n$/m);
  });
});

describe("a shell", () => {
  it("is one of the user who was asked for, and its exit status is told", async () => {
    const session = await open({ kind: "shell", user: "ada" });
    const viewer = new Viewer(session);
    await viewer.sees(/\$ $/);
    viewer.type("echo I am $(id -un)");
    await viewer.sees(/I am ada\r\n/);
    viewer.type("exit 7");
    await vi.waitFor(() => expect(viewer.exit).toEqual({ exitCode: 7, signal: null }), { timeout: 30_000 });
    expect(session.info).toMatchObject({ state: "exited", exitCode: 7 });
  });

  it("runs one command, whose exit status is told", async () => {
    const viewer = new Viewer(await open({ kind: "shell", command: ["/bin/sh", "-c", "echo once; exit 3"] }));
    await viewer.sees(/once/);
    await vi.waitFor(() => expect(viewer.exit?.exitCode).toBe(3), { timeout: 30_000 });
  });

  it("ends with all that runs in it when it is closed", async () => {
    const session = await open({ kind: "shell" });
    const viewer = new Viewer(session);
    await viewer.sees(/# $/);
    const programs = () =>
      run("/usr/bin/pgrep", ["--full", "--exact", "sleep 31536000"]).then(
        ({ stdout }) => stdout.trim().split("\n").length,
        () => 0,
      );
    viewer.type("sleep 31536000");
    await vi.waitFor(async () => expect(await programs()).toBe(1), { timeout: 30_000, interval: 50 });
    terminals.closeOne(session.info.id);
    await vi.waitFor(async () => expect(await programs()).toBe(0), { timeout: 30_000, interval: 50 });
  });

  it("is shown to two people, of whom one types", async () => {
    const session = await open({ kind: "shell" });
    const ada = new Viewer(session);
    await ada.sees(/# $/);
    const lin = new Viewer(session, LIN);
    // A restored screen ends with the modes it is in.
    await lin.sees(/root@\S+:.*# /);
    lin.type("echo lost-$((40+2))");
    ada.type("echo ours-$((40+2))");
    for (const viewer of [ada, lin]) await viewer.sees(/ours-42/);
    expect(ada.text).not.toContain("lost");
    expect(ada.people_.map(({ name, mayType }) => [name, mayType])).toEqual([
      ["Ada", true],
      ["Lin", false],
    ]);
  });
});

it("a console shows what the machine prints there, also of a machine that is stopped", {
  timeout: 60_000,
}, async () => {
  const viewer = new Viewer(await open({ kind: "console" }));
  await viewer.sees(/Reached target/);
  await run("/usr/bin/systemd-run", [
    "-M",
    RUNS,
    "--wait",
    "--quiet",
    "/bin/sh",
    "-c",
    "echo shown-$((40+2)) >/dev/console",
  ]);
  await viewer.sees(/shown-42/);
  const stopped = new Viewer(await open({ kind: "console", name: STOPPED }));
  const program = await waitingJournalctl(STOPPED);
  // As on a host that has no time for it: what was printed meanwhile must be shown from its first line on.
  process.kill(program, "SIGSTOP");
  await run("/usr/bin/machinectl", ["start", STOPPED]);
  const printed = () => run("/usr/bin/journalctl", ["--quiet", "--unit", `systemd-nspawn@${STOPPED}`, "--output=cat"]);
  await vi.waitFor(async () => expect((await printed()).stdout).toMatch(/^Debian GNU/m), { timeout: 30_000 });
  process.kill(program, "SIGCONT");
  await stopped.sees(/Starting systemd-nspawn@terminals-stopped[\s\S]*Reached target/);
  await run("/usr/bin/machinectl", ["terminate", STOPPED]);
  await vi.waitFor(() => expect(world.machine(STOPPED)?.state).toBe("stopped"), { timeout: 20_000, interval: 20 });
  const later = new Viewer(await open({ kind: "console", name: STOPPED }));
  await later.sees(/Reached target/);
  expect(later.exit).toBeNull();
});

it("a terminal of a machine that has only just started waits for its bus", async () => {
  await run("/usr/bin/machinectl", ["start", STOPPED]);
  await vi.waitFor(() => expect(world.machine(STOPPED)?.state).toBe("running"), { timeout: 30_000, interval: 5 });
  const viewer = new Viewer(await open({ name: STOPPED, kind: "login" }));
  await viewer.sees(/login: $/);
});

describe("a recording", () => {
  it("has what the machine printed while it was made, and neither what came before nor after", async () => {
    const session = await open({ kind: "shell" });
    const viewer = new Viewer(session);
    await viewer.sees(/# $/);
    const { recording } = recordTerminal(deps, session.info.id, ADA);
    expect(viewer.told.at(-1)).toBe("by ada@example.com");
    viewer.type("seq 1 20000; echo flowed-$((40+2))");
    await viewer.sees(/flowed-42/);
    stopRecording(deps, session.info.id);
    expect(viewer.told.at(-1)).toBe("stopped");
    viewer.type("echo later-$((40+2))");
    await viewer.sees(/later-42/);
    await vi.waitFor(async () => expect((await recordings.list())[0]?.live).toBe(false), { timeout: 30_000 });
    const cast = parseCast(await text((await recordings.read(recording)).stream));
    const shown = (cast?.events ?? []).map((event) => (event.type === "output" ? event.text : "")).join("");
    expect(shown).toContain("1\r\n2\r\n3\r\n");
    expect(shown).toContain("19999\r\n20000\r\nflowed-42");
    expect(shown).not.toContain("later-42");
    expect(cast?.header).toMatchObject({ width: SIZE.cols, height: SIZE.rows, title: `root@${RUNS}` });
  });

  it("is made from the first byte of a login on, where that was asked for", async () => {
    const session = await open({ kind: "login", record: true });
    const viewer = new Viewer(session);
    expect(session.info.recording?.by).toBe(ADA.email);
    await viewer.sees(/login: $/);
    expect(viewer.told[0]).toBe("by ada@example.com");
    const id = session.info.recording?.id ?? "";
    terminals.closeOne(session.info.id);
    await vi.waitFor(
      async () => expect((await recordings.list()).find((one) => one.id === id)?.live).toBe(false),
      30_000,
    );
    expect(await text((await recordings.read(id)).stream)).toContain("login: ");
  });
});

// The last one: the machine is gone after it.
describe("a machine that dies", () => {
  it("ends its terminal and the recording of it, and no other is opened", async () => {
    const session = await open({ kind: "shell" });
    const viewer = new Viewer(session);
    await viewer.sees(/# $/);
    const login = new Viewer(await open({ kind: "login" }));
    await login.sees(/login: $/);
    recordTerminal(deps, session.info.id, ADA);
    await run("/usr/bin/machinectl", ["terminate", RUNS]);
    // machinectl ends with 0, which says nothing of what ran in them.
    for (const one of [viewer, login]) {
      await vi.waitFor(() => expect(one.exit).toEqual({ exitCode: null, signal: null }), { timeout: 30_000 });
    }
    expect(session.info).toMatchObject({ state: "exited", recording: null });
    expect(viewer.told.at(-1)).toBe("ended");
    await vi.waitFor(() => expect(world.machine(RUNS)?.state).toBe("stopped"), { timeout: 30_000 });
    await expect(open({ kind: "shell" })).rejects.toThrow(`${RUNS} is not running.`);
  });
});
