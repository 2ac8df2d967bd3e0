import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import type { FindingCode } from "@/lib/findings";
import { journalEntrySchema } from "@/lib/journal";
import type { WhyFailed } from "@/lib/machine";
import { connectHostSystem, type HostSystem } from "@/server/systemd/host-system";
import type { Deps } from "../deps";
import { createWorld, type World } from "../world/world";
import { whyFailed } from "./why-failed";

const run = promisify(execFile);
const NAME = "why-test";
const UNIT = `systemd-nspawn@${NAME}.service`;
const TREE = `/var/lib/machines/${NAME}`;
const SETTINGS = `/etc/systemd/nspawn/${NAME}.nspawn`;
const DROP_IN = `/run/systemd/system/${UNIT}.d`;
const log = pino({ level: "silent" });

let system: HostSystem;
let world: World;
let deps: Deps;

const systemctl = (...args: string[]) => run("/usr/bin/systemctl", args).catch(() => undefined);
const result = async () =>
  (await run("/usr/bin/systemctl", ["show", "--value", "-p", "ActiveState", UNIT])).stdout.trim();

/** Starts it and waits until it has failed, which may be after the start was reported done. */
async function failToStart(): Promise<WhyFailed> {
  await systemctl("start", UNIT);
  await vi.waitFor(async () => expect(await result()).toBe("failed"), { timeout: 30_000, interval: 50 });
  return whyFailed(deps, NAME);
}

async function dropIn(text: string): Promise<void> {
  mkdirSync(DROP_IN, { recursive: true });
  writeFileSync(`${DROP_IN}/test.conf`, text);
  await systemctl("daemon-reload");
}

const codes = (why: WhyFailed): FindingCode[] => why.findings.map(({ code }) => code);

beforeAll(async () => {
  system = await connectHostSystem({ log });
  world = createWorld({ system, log });
  await world.start();
  deps = { log, system, world } as Deps;
  mkdirSync("/etc/systemd/nspawn", { recursive: true });
  execFileSync("/usr/bin/cp", ["-a", "--reflink=auto", "/srv/fixtures/debian", TREE]);
  await vi.waitFor(() => expect(world.machine(NAME)).toBeDefined(), { timeout: 30_000 });
});

afterEach(async () => {
  rmSync(SETTINGS, { force: true });
  rmSync(DROP_IN, { recursive: true, force: true });
  await systemctl("unmask", UNIT);
  await systemctl("daemon-reload");
  await systemctl("stop", UNIT);
  await systemctl("reset-failed", UNIT);
});

afterAll(async () => {
  await run("/usr/bin/machinectl", ["remove", NAME]);
  world.close();
  await system.close();
});

describe("machines.whyFailed", () => {
  it("has nothing to tell of a machine that did not fail; the row names its tree on disk", async () => {
    expect(await whyFailed(deps, NAME)).toMatchObject({ unit: UNIT, result: null, exitStatus: null, findings: [] });
    expect(world.machine(NAME)).toMatchObject({ state: "stopped", rootDirectory: TREE });
  });

  const settings: [what: string, text: string, code: FindingCode, subject: string][] = [
    ["a bind source", "[Files]\nBind=/srv/mail", "bindMissing", "/srv/mail"],
    ["a file bound on a directory", "[Files]\nBindReadOnly=/etc/hostname:/etc", "bindMismatch", "/etc/hostname"],
    ["an overlay's directory", "[Files]\nOverlay=/srv/low:/srv/up:/mnt", "overlayFailed", `${TREE}/mnt`],
    ["a bridge", "[Network]\nBridge=br9", "bridgeMissing", "br9"],
    ["an interface", "[Network]\nMACVLAN=eth9", "interfaceMissing", "eth9"],
    ["a user", "[Exec]\nBoot=no\nUser=nobodyhere\nParameters=/bin/true", "userMissing", "nobodyhere"],
    ["a program", "[Exec]\nBoot=no\nParameters=/no/such", "programFailed", "/no/such"],
    ["a working directory", "[Exec]\nWorkingDirectory=/nonexist", "workingDirectoryMissing", "/nonexist"],
    ["a section's end", "[Exec\n", "settingsInvalid", `${SETTINGS}:1: Invalid section header '[Exec'`],
  ];
  it.each(settings)("names %s that is missing", async (_what, text, code, subject) => {
    writeFileSync(SETTINGS, `${text}\n`);
    const why = await failToStart();
    expect(why).toMatchObject({ unit: UNIT, result: "exit-code", exitStatus: 1 });
    expect(why.findings).toContainEqual(expect.objectContaining({ code, subject }));
    expect(why.journal.length).toBeGreaterThan(2);
    for (const entry of why.journal) expect(journalEntrySchema.parse(entry)).toEqual(entry);
    expect(why.at).toBe(why.journal.at(-1)?.at);
  });

  it("tells only of the last run", async () => {
    writeFileSync(SETTINGS, "[Files]\nBind=/srv/mail\n");
    await failToStart();
    await systemctl("reset-failed", UNIT);
    writeFileSync(SETTINGS, "[Network]\nBridge=br9\n");
    expect(codes(await failToStart())).toEqual(["bridgeMissing"]);
  });

  it("still knows when systemd has forgotten the failed unit", async () => {
    writeFileSync(SETTINGS, "[Files]\nBind=/srv/mail\n");
    await failToStart();
    await systemctl("reset-failed", UNIT);
    const why = await whyFailed(deps, NAME);
    expect(why).toMatchObject({ result: "exit-code" });
    expect(codes(why)).toEqual(["bindMissing"]);
  });

  it("tells what a program that is run instead of an init said last", async () => {
    writeFileSync(SETTINGS, '[Exec]\nBoot=no\nParameters=/bin/sh -c "echo boo; exit 4"\n');
    const why = await failToStart();
    expect(why).toMatchObject({ result: "exit-code", exitStatus: 4, findings: [{ code: "unknown", subject: "boo" }] });
  });

  it("tells of ignored settings after what it failed of", async () => {
    writeFileSync(SETTINGS, "[Resource]\nMemoryMax=1G\n[Files]\nBind=/srv/mail\n");
    expect(codes(await failToStart())).toEqual(["bindMissing", "settingsIgnored"]);
  });

  it("tells that the tree is in use, or its name", async () => {
    const nspawn = ["--quiet", "--pipe", "--keep-unit", "-D", TREE, "/bin/sleep", "999"];
    const hold = async (...more: string[]) => {
      await run("/usr/bin/systemd-run", ["--collect", "--unit=why-hold", "systemd-nspawn", ...more, ...nspawn]);
      await vi.waitFor(() => execFileSync("/usr/bin/pgrep", ["-f", "^/bin/sleep 999"]), { timeout: 30_000 });
    };
    await hold("--register=no");
    expect(codes(await failToStart())).toEqual(["treeBusy"]);
    await systemctl("stop", "why-hold");
  });

  it("tells that it did not become ready, and that it was killed", async () => {
    await dropIn("[Service]\nTimeoutStartSec=1s\n");
    writeFileSync(SETTINGS, "[Exec]\nNotifyReady=yes\nBoot=no\nParameters=/bin/sleep 100\n");
    const slow = await failToStart();
    expect(slow.result).toBe("timeout");
    expect(codes(slow)).toEqual(["timedOut"]);
    rmSync(SETTINGS);
    // A real boot gets its time.
    rmSync(DROP_IN, { recursive: true });
    await systemctl("daemon-reload");
    await systemctl("reset-failed", UNIT);
    await systemctl("start", UNIT);
    await systemctl("kill", "--kill-whom=main", "--signal=KILL", UNIT);
    await vi.waitFor(async () => expect(await result()).toBe("failed"), { timeout: 30_000 });
    const killed = await whyFailed(deps, NAME);
    expect(killed).toMatchObject({ result: "signal", findings: [{ code: "killed", subject: "KILL" }] });
  });

  it("tells that it was started too often", async () => {
    // Five in ten seconds by default; here however long they take.
    await dropIn("[Unit]\nStartLimitIntervalSec=1h\n");
    writeFileSync(SETTINGS, "[Files]\nBind=/srv/mail\n");
    for (let attempt = 0; attempt < 7; attempt += 1) await systemctl("start", UNIT);
    expect(codes(await whyFailed(deps, NAME))).toEqual(["bindMissing", "startLimit"]);
  });

  it("tells what systemd refuses without a run", async () => {
    await systemctl("mask", UNIT);
    expect(await whyFailed(deps, NAME)).toMatchObject({ result: null, findings: [{ code: "unitMasked" }] });
    await systemctl("unmask", UNIT);
    await dropIn("[Service]\nExecStart=\n");
    expect(await whyFailed(deps, NAME)).toMatchObject({ result: null, findings: [{ code: "unitBroken" }] });
    await dropIn("[Service]\nExecStart=\nExecStart=/usr/bin/no-such-nspawn\n");
    expect((await failToStart()).findings).toMatchObject([
      { code: "nspawnMissing", subject: "/usr/bin/no-such-nspawn" },
    ]);
    await systemctl("reset-failed", UNIT);
    await dropIn("[Unit]\nConditionPathExists=/nothere\n");
    await systemctl("start", UNIT);
    const skipped = { code: "conditionUnmet", subject: "ConditionPathExists=/nothere" };
    // journald writes it a moment later.
    await vi.waitFor(async () => expect((await whyFailed(deps, NAME)).findings).toMatchObject([skipped]), 30_000);
  });

  it("tells what could not be executed, also where journald reads it when whoever said it is gone", async () => {
    await dropIn("[Service]\nExecStart=\nExecStart=/usr/bin/no-such-nspawn\n");
    const journald = (signal: string) => systemctl("kill", `--signal=${signal}`, "systemd-journald.service");
    await journald("STOP");
    try {
      await systemctl("start", UNIT);
      await vi.waitFor(async () => expect(await result()).toBe("failed"), { timeout: 30_000, interval: 50 });
    } finally {
      await journald("CONT");
    }
    expect((await whyFailed(deps, NAME)).findings).toMatchObject([
      { code: "nspawnMissing", subject: "/usr/bin/no-such-nspawn" },
    ]);
  });

  it("tells of a tree without an operating system, without an init, and of no tree at all", async () => {
    await run("/usr/bin/mv", [`${TREE}/usr/lib/systemd/systemd`, `${TREE}/sbin/init`, `${TREE}/root`]).catch(
      () => undefined,
    );
    expect(codes(await failToStart())).toEqual(["initMissing"]);
    await systemctl("reset-failed", UNIT);
    await run("/usr/bin/rm", ["-f", `${TREE}/etc/os-release`, `${TREE}/usr/lib/os-release`]);
    expect(codes(await failToStart())).toEqual(["notAnOs"]);
    const lost = "why-lost";
    await systemctl("start", `systemd-nspawn@${lost}.service`);
    expect((await whyFailed(deps, lost)).findings).toMatchObject([{ code: "imageMissing", subject: lost }]);
    await systemctl("reset-failed", `systemd-nspawn@${lost}.service`);
    await expect(whyFailed(deps, "why-never")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
