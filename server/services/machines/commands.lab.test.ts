import { execFile, execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { AppError } from "@/lib/errors";
import {
  type CommandResult,
  machineBindSchema,
  machineCopySchema,
  machineExecSchema,
  machineRunOnceSchema,
} from "@/lib/machine";
import { connectHostSystem, type HostSystem } from "@/server/systemd/host-system";
import type { Deps } from "../deps";
import { createWorld, type World } from "../world/world";
import { execInMachine } from "./exec";
import { killMachine } from "./kill";
import { runOnce } from "./run-once";
import { bindIntoMachine, copyFiles } from "./transfer-files";

const run = promisify(execFile);
const POOL = "/var/lib/machines";
const NAME = "commands-test";
/** Without user namespacing, and without a D-Bus to reach. */
const OPEN = "commands-open";
/** A command has begun by then, and a machine of one command, also on a host that is busy. */
const BEGUN_MS = 5000;
const log = pino({ level: "silent" });

let system: HostSystem;
let world: World;
let deps: Deps;

function place(name: string): void {
  execFileSync("/usr/bin/cp", ["-a", "--reflink=auto", "/srv/fixtures/debian", `${POOL}/${name}`]);
}

async function start(name: string): Promise<void> {
  await run("/usr/bin/machinectl", ["start", name]);
  await vi.waitFor(() => expect(world.machine(name)?.leaderPid).toBeGreaterThan(0), { timeout: 30_000, interval: 20 });
}

async function waitForBoot(name: string): Promise<void> {
  const state = () => run("/usr/bin/systemctl", ["-M", name, "show", "--value", "-p", "SystemState"]);
  await vi.waitFor(async () => expect((await state()).stdout).toMatch(/running|degraded/), {
    timeout: 30_000,
    interval: 50,
  });
}

async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`no AppError but ${String(error)}`);
  return error;
}

/** Units of ours that a machine's systemd still knows. */
async function leftUnits(machine: string): Promise<string> {
  const { stdout } = await run("/usr/bin/systemctl", [
    "-M",
    machine,
    "list-units",
    "--all",
    "--no-legend",
    "--plain",
    "machineroom-*",
  ]);
  return stdout.trim();
}

beforeAll(async () => {
  system = await connectHostSystem({ log });
  world = createWorld({ system, log });
  await world.start();
  deps = { log, system, world } as Deps;
  place(NAME);
  place(OPEN);
  mkdirSync("/etc/systemd/nspawn", { recursive: true });
  writeFileSync(`/etc/systemd/nspawn/${OPEN}.nspawn`, "[Exec]\nPrivateUsers=no\n");
  execFileSync("/usr/bin/systemctl", ["--root", `${POOL}/${OPEN}`, "mask", "dbus.service", "dbus.socket"]);
  await Promise.all([start(NAME), start(OPEN)]);
  await waitForBoot(NAME);
});

afterAll(async () => {
  for (const name of [NAME, OPEN]) {
    // A machine without D-Bus has booted or not, nobody can tell: no orderly end is waited for.
    await run("/usr/bin/machinectl", ["kill", "--signal=KILL", name]).catch(() => undefined);
    await run("/usr/bin/systemctl", ["stop", `systemd-nspawn@${name}.service`]).catch(() => undefined);
    await run("/usr/bin/systemctl", ["reset-failed", `systemd-nspawn@${name}.service`]).catch(() => undefined);
    await run("/usr/bin/machinectl", ["remove", name]);
  }
  world.close();
  await system.close();
});

/** How many processes of this name run inside; the fixture has no pgrep. */
async function countProcesses(name: string): Promise<string> {
  const script = `grep -lx ${name} /proc/[0-9]*/comm 2>/dev/null | wc -l`;
  const command = ["sh", "-c", script];
  return (await execInMachine(deps, machineExecSchema.parse({ name: NAME, command }))).stdout.trim();
}

describe("machines.exec", () => {
  const exec = (command: string[], more: { user?: string; timeoutMs?: number } = {}, signal?: AbortSignal) =>
    execInMachine(deps, machineExecSchema.parse({ name: NAME, command, ...more }), signal);

  it("tells the real exit status", async () => {
    expect(await exec(["true"])).toMatchObject({ exitCode: 0, signal: null, stdout: "", stderr: "", truncated: false });
    expect(await exec(["/bin/false"])).toMatchObject({ exitCode: 1, stdout: "", stderr: "" });
    const result = await exec(["sh", "-c", "echo out; printf err >&2; exit 7"]);
    expect(result).toMatchObject({ exitCode: 7, stdout: "out\n", stderr: "err" });
    expect(result.command).toMatch(
      new RegExp(`^systemd-run --machine=${NAME} --wait --pipe .* -- sh -c 'echo out; printf err >&2; exit 7'$`),
    );
  });

  it("tells a signal apart from a status, also SIGTERM, which systemd counts as success", async () => {
    expect(await exec(["sh", "-c", "kill -KILL $$"])).toMatchObject({ exitCode: null, signal: "KILL" });
    expect(await exec(["sh", "-c", "kill -TERM $$"])).toMatchObject({ exitCode: null, signal: "TERM" });
  });

  it("runs inside the machine, as the user that was asked for", async () => {
    expect(await exec(["hostname"])).toMatchObject({ stdout: `${NAME}\n` });
    expect(await exec(["sh", "-c", 'echo "$HOME $(id -un)"'])).toMatchObject({ stdout: "/root root\n" });
    expect(await exec(["id", "-un"], { user: "daemon" })).toMatchObject({ stdout: "daemon\n" });
    expect(await exec(["id", "-u"], { user: "2" })).toMatchObject({ stdout: "2\n" });
  });

  it("hands every word over as it is", async () => {
    const word = fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => !text.includes("\0"));
    const tricky = fc.constantFrom(
      "$HOME",
      "$" + "{HOME}",
      "$$",
      "%n",
      "%%",
      "",
      " ",
      ";",
      "a\nb",
      "'",
      '"',
      "\\",
      "-x",
      "@",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(word, tricky), { minLength: 1, maxLength: 6 }), async (words) => {
        const { stdout } = await exec(["printf", "%s\\0", ...words]);
        expect(stdout.split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 25 },
    );
  });

  it("keeps 1 MiB of each stream and says that there was more", async () => {
    const result = await exec(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; exit 5"]);
    expect(result).toMatchObject({ exitCode: 5, truncated: true, stderr: "" });
    expect(result.stdout).toHaveLength(1024 * 1024);
    const noisy = await exec(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 5"]);
    expect(noisy).toMatchObject({ exitCode: 5, truncated: true });
  });

  it("ends the command at its deadline, inside the machine", async () => {
    const error = await errorOf(exec(["sh", "-c", "echo begun; sleep 1234 & sleep 1234"], { timeoutMs: BEGUN_MS }));
    expect(error).toMatchObject({ code: "TIMEOUT", hint: "It had written: begun" });
    expect(await countProcesses("sleep")).toBe("0");
    expect(await leftUnits(NAME)).toBe("");
  });

  it("kills what does not listen to SIGTERM", async () => {
    const error = await errorOf(exec(["sh", "-c", "trap '' TERM; while :; do sleep 1; done"], { timeoutMs: 500 }));
    expect(error.code).toBe("TIMEOUT");
    expect(await leftUnits(NAME)).toBe("");
  });

  it("ends the command when nobody waits for it any more, however early", async () => {
    for (const delayMs of [0, 5, 20, 50, 400]) {
      const abort = new AbortController();
      const result = errorOf(exec(["sleep", "1234"], {}, abort.signal));
      setTimeout(() => abort.abort(), delayMs);
      expect((await result).code).toBe("UNAVAILABLE");
    }
    expect(await countProcesses("sleep")).toBe("0");
    expect(await leftUnits(NAME)).toBe("");
  });

  it("tells why a command did not run", async () => {
    const unknown = await errorOf(exec(["no-such-command"]));
    expect(unknown).toMatchObject({ code: "NOT_FOUND" });
    expect(unknown.message).toMatch(/no-such-command could not be executed.*No such file or directory.*203\/EXEC/);
    const data = await errorOf(exec(["/etc/passwd"]));
    expect(data.message).toMatch(/Permission denied/);
    expect((await errorOf(exec(["bin/true"]))).code).toBe("INVALID");
    const user = await errorOf(exec(["true"], { user: "nobody-here" }));
    expect(user).toMatchObject({ code: "NOT_FOUND" });
    expect(user.message).toMatch(/no user nobody-here.*217\/USER/);
    expect(await leftUnits(NAME)).toBe("");
  });

  it("tells that the machine cannot be reached", async () => {
    const silent = await errorOf(execInMachine(deps, machineExecSchema.parse({ name: OPEN, command: ["true"] })));
    expect(silent).toMatchObject({ code: "PRECONDITION" });
    expect(silent.message).toMatch(/no system bus/);
    const missing = machineExecSchema.parse({ name: "commands-missing", command: ["true"] });
    expect((await errorOf(execInMachine(deps, missing))).code).toBe("NOT_FOUND");
  });
});

describe("machines.runOnce", () => {
  const once = (command: string[], more: object = {}, signal?: AbortSignal): Promise<CommandResult> =>
    runOnce(deps, machineRunOnceSchema.parse({ image: NAME, command, ephemeral: true, ...more }), signal);
  const hidden = () => readdirSync(POOL).filter((entry) => entry.startsWith(".#") && !entry.endsWith(".lck"));
  const units = () =>
    String(execFileSync("/usr/bin/systemctl", ["list-units", "--all", "--no-legend", "--plain", "machineroom-once-*"]));

  it("runs in a snapshot that is thrown away, also while the machine runs", async () => {
    const result = await once(["sh", "-c", 'echo "$0 $1"; echo err >&2; touch /left; exit 7', "$HOME", "a b"]);
    expect(result).toMatchObject({ exitCode: 7, stdout: "$HOME a b\n", stderr: "err\n", truncated: false });
    expect(result.command).toContain("--ephemeral");
    expect(existsSync(join(POOL, NAME, "left"))).toBe(false);
    expect(hidden()).toEqual([]);
    expect(units()).toBe("");
  });

  it("has no network, or the host's", async () => {
    const links = ["sh", "-c", "ls /sys/class/net | tr '\\n' ' '"];
    expect((await once(links)).stdout).toBe("lo ");
    expect((await once(links, { network: true })).stdout).toMatch(/\bve-comman/);
  });

  it("is ended at its deadline, and leaves nothing", async () => {
    const error = await errorOf(
      once(["sh", "-c", "trap '' TERM; echo begun; sleep 4321"], { timeoutMs: 2 * BEGUN_MS }),
    );
    expect(error).toMatchObject({ code: "TIMEOUT", hint: "It had written: begun" });
    expect(hidden()).toEqual([]);
    expect(units()).toBe("");
  });

  it("is ended when nobody waits for it any more, however early, and leaves nothing", async () => {
    for (const delayMs of [0, 30, 60, 90, 120, 150, 200, 300, 500]) {
      const abort = new AbortController();
      const aborted = errorOf(once(["sleep", "4321"], {}, abort.signal));
      setTimeout(() => abort.abort(), delayMs);
      expect((await aborted).code).toBe("UNAVAILABLE");
      expect(hidden(), `after ${delayMs} ms`).toEqual([]);
    }
    expect(units()).toBe("");
    await expect(run("/usr/bin/pgrep", ["-f", "sleep 4321"])).rejects.toMatchObject({ code: 1 });
  });

  it("tells why it did not run", async () => {
    expect((await errorOf(once(["true"], { image: "no such image" }))).code).toBe("NOT_FOUND");
    expect((await errorOf(once(["no-such-command"]))).message).toMatch(/could not be executed.*No such file/);
    mkdirSync(join(POOL, "commands-empty"));
    try {
      const error = await errorOf(once(["true"], { image: "commands-empty" }));
      expect(error).toMatchObject({ code: "PRECONDITION" });
      expect(error.message).toMatch(/holds no operating system/);
    } finally {
      rmSync(join(POOL, "commands-empty"), { recursive: true });
    }
  });
});

describe("files", () => {
  const directory = mkdtempSync("/srv/commands-");
  afterAll(() => rmSync(directory, { recursive: true }));

  it("are copied in and out, and replaced only by force", async () => {
    const source = join(directory, "note");
    writeFileSync(source, "one");
    const into = { name: NAME, source, destination: "/root/note" };
    const { command } = await copyFiles(deps, "to", machineCopySchema.parse(into));
    expect(command).toBe(`machinectl copy-to ${NAME} ${source} /root/note`);
    const exists = await errorOf(copyFiles(deps, "to", machineCopySchema.parse(into)));
    expect(exists).toMatchObject({ code: "CONFLICT", hint: expect.stringMatching(/\/root\/note exists.*force/) });
    writeFileSync(source, "two");
    await copyFiles(deps, "to", machineCopySchema.parse({ ...into, force: true }));
    const back = { name: NAME, source: "/root/note", destination: join(directory, "back") };
    await copyFiles(deps, "from", machineCopySchema.parse(back));
    expect(readFileSync(back.destination, "utf8")).toBe("two");
    expect(statSync(back.destination).uid).toBe(0);
    const missing = { ...back, source: "/root/missing", destination: join(directory, "other") };
    expect((await errorOf(copyFiles(deps, "from", machineCopySchema.parse(missing)))).code).toBe("NOT_FOUND");
  });

  it("are bound into a machine without user namespacing, and refused with the way out where it has it", async () => {
    writeFileSync(join(directory, "seen"), "yes");
    const bind = (name: string, more: object = {}) =>
      bindIntoMachine(deps, machineBindSchema.parse({ name, source: directory, destination: "/mnt", ...more }));
    const { command } = await bind(OPEN, { readOnly: true });
    expect(command).toBe(`machinectl bind --read-only ${OPEN} ${directory} /mnt`);
    const inside = `/proc/${world.machine(OPEN)?.leaderPid}/root/mnt`;
    expect(readFileSync(`${inside}/seen`, "utf8")).toBe("yes");
    expect(() => writeFileSync(`${inside}/new`, "")).toThrow(/EROFS/);
    expect((await errorOf(bind(OPEN, { destination: "/not/there" }))).code).toBe("NOT_FOUND");
    await bind(OPEN, { destination: "/not/there", mkdir: true });
    const refused = await errorOf(bind(NAME));
    expect(refused).toMatchObject({ code: "PRECONDITION", hint: expect.stringMatching(/PrivateUsers=no.*Bind=/) });
  });
});

// Last: these end the machine.
describe("machines.kill", () => {
  const exec = (...command: string[]) => execInMachine(deps, machineExecSchema.parse({ name: NAME, command }));

  // SIGWINCH: it ends neither nspawn nor anything else in the machine.
  it("sends signals by name and number to all processes", async () => {
    const script = "trap 'touch /run/got' WINCH; touch /run/ready; while :; do sleep 0.05; done";
    await run("/usr/bin/systemd-run", ["-M", NAME, "--collect", "--unit=victim", "/bin/sh", "-c", script]);
    const isThere = async (path: string) => (await exec("test", "-e", path)).exitCode === 0;
    await vi.waitFor(async () => expect(await isThere("/run/ready")).toBe(true), { timeout: 30_000 });
    for (const signal of ["WINCH", "SIGWINCH", 28, "28"]) {
      const { command } = await killMachine(deps, { name: NAME, whom: "all", signal });
      expect(command).toBe(`machinectl kill --kill-whom=all --signal=${signal} ${NAME}`);
      await vi.waitFor(async () => expect(await isThere("/run/got")).toBe(true), { timeout: 30_000 });
      await exec("rm", "/run/got");
    }
  });

  it("sends SIGRTMIN+n to the leader, which systemd as init understands", async () => {
    // SIGRTMIN+22 and +23 set and clear debug logging, systemd(1).
    const level = async () => (await exec("systemctl", "log-level")).stdout.trim();
    const before = await level();
    await killMachine(deps, { name: NAME, whom: "leader", signal: "SIGRTMIN+22" });
    await vi.waitFor(async () => expect(await level()).toBe("debug"), { timeout: 30_000 });
    await killMachine(deps, { name: NAME, whom: "leader", signal: "RTMIN+23" });
    await vi.waitFor(async () => expect(await level()).toBe(before), { timeout: 30_000 });
  });

  it("ends the machine with SIGKILL to its leader; its row tells that it failed", async () => {
    await killMachine(deps, { name: NAME, whom: "leader", signal: "KILL" });
    await vi.waitFor(() => expect(world.machine(NAME)).toMatchObject({ state: "failed", leaderPid: null }), {
      timeout: 30_000,
      interval: 20,
    });
    expect((await errorOf(killMachine(deps, { name: NAME, whom: "leader", signal: 9 }))).code).toBe("PRECONDITION");
    expect((await errorOf(exec("true"))).code).toBe("PRECONDITION");
  });
});
