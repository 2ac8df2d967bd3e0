import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { inspectInit } from "./leader";

const PID = 42;
/** The kernel's clock ticks are hundredths of a second. */
const UPTIME_SEC = 1000;
let proc: string;

function place(path: string, text = ""): void {
  mkdirSync(dirname(join(proc, path)), { recursive: true });
  writeFileSync(join(proc, path), text);
}

function placeLeader(program: string, { ageSec = 600, state = "S" } = {}): void {
  const started = (UPTIME_SEC - ageSec) * 100;
  const fields = `${state} 1 42 42 0 -1 4194560 1 2 3 4 10 5 0 0 20 0 1 0 ${started} 17000000 2500 0\n`;
  place(`${PID}/stat`, `${PID} (init) ${fields}`);
  symlinkSync(program, join(proc, `${PID}/exe`));
}

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), "leader-"));
  place("uptime", `${UPTIME_SEC}.00 1.00\n`);
});

afterEach(() => rmSync(proc, { recursive: true }));

it.each([
  "run/dbus/system_bus_socket",
  "etc/systemd/system/dbus.socket",
  "run/systemd/system/dbus.socket",
  "usr/local/lib/systemd/system/dbus.socket",
  "usr/lib/systemd/system/dbus.socket",
  "lib/systemd/system/dbus.socket",
])("D-Bus is found by %s", async (path) => {
  placeLeader("/usr/lib/systemd/systemd");
  expect(await inspectInit(PID, proc)).toEqual({ systemd: true, dbus: false, young: false });
  place(`${PID}/root/${path}`);
  expect(await inspectInit(PID, proc)).toEqual({ systemd: true, dbus: true, young: false });
});

it("systemd is known by its program, or by what it has made", async () => {
  placeLeader("/bin/sleep");
  expect(await inspectInit(PID, proc)).toEqual({ systemd: false, dbus: false, young: false });
  mkdirSync(join(proc, `${PID}/root/run/systemd/system`), { recursive: true });
  expect(await inspectInit(PID, proc)).toMatchObject({ systemd: true });
});

it("a script that has only just started may yet become systemd", async () => {
  placeLeader("/bin/bash", { ageSec: 2 });
  expect(await inspectInit(PID, proc)).toEqual({ systemd: false, dbus: false, young: true });
});

it("nothing is said of a leader that has gone, or is only waited for", async () => {
  expect(await inspectInit(PID, proc)).toBeNull();
  placeLeader("/usr/lib/systemd/systemd", { state: "Z" });
  expect(await inspectInit(PID, proc)).toBeNull();
});
