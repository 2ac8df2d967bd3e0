import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";

const API = "machineroom-api.service";
const WEB = "machineroom-web.service";
const PROBE = "machineroom-probe.service";
const PROBE_UNIT = `/run/systemd/system/${PROBE}`;
const PROBE_SCRIPT = "/run/machineroom-probe.mjs";
const SOCKET = "/run/machineroom/api.sock";
const DATABASE = "/var/lib/machineroom/machineroom.db";

function command(file: string, args: string[], options: ExecFileSyncOptions = {}): string {
  return execFileSync(file, args, { timeout: 60_000, ...options }).toString("utf8");
}

const systemctl = (...args: string[]) => command("/usr/bin/systemctl", args);
const property = (unit: string, name: string) => systemctl("show", "--value", "-p", name, unit).trim();

async function health(): Promise<unknown> {
  const answer = await fetch("http://127.0.0.1:8470/api/health", { signal: AbortSignal.timeout(20_000) });
  return answer.json();
}

/** Tries to open each path (a socket by connecting to it, a name that ends in "/" by making a file there) and prints what came of it. */
const PROBE_SOURCE = `
import { closeSync, openSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
const tryOut = async (path) => {
  try {
    if (path.endsWith("/")) writeFileSync(path + "probe", "");
    else if (path.endsWith(".sock") || path.endsWith("_socket")) {
      await new Promise((resolve, reject) => connect(path).once("connect", resolve).once("error", reject));
    } else closeSync(openSync(path, "r"));
    return "open";
  } catch (error) {
    return error.code;
  }
};
const results = {};
for (const path of process.argv.slice(2)) results[path] = await tryOut(path);
console.log(JSON.stringify({ uid: process.getuid(), results }));
process.exit(0);
`;

/** Runs the probe as the web service would run: its unit, with another program. */
function probe(paths: string[]): Record<string, string> {
  writeFileSync(PROBE_SCRIPT, PROBE_SOURCE, { mode: 0o644 });
  const unit = readFileSync(`/usr/lib/systemd/system/${WEB}`, "utf8")
    .replace(/^ExecStart=.*$/m, `ExecStart=/usr/bin/env node ${PROBE_SCRIPT} ${paths.join(" ")}\nType=oneshot`)
    .replace(/^Restart=.*$/m, "");
  writeFileSync(PROBE_UNIT, unit);
  systemctl("daemon-reload");
  systemctl("start", PROBE);
  command("/usr/bin/journalctl", ["--sync"]);
  const lines = command("/usr/bin/journalctl", ["-q", "-o", "cat", "-u", PROBE]).split("\n");
  const line = lines.findLast((one) => one.startsWith("{")) ?? "";
  const told = z.object({ uid: z.number(), results: z.record(z.string(), z.string()) }).parse(JSON.parse(line));
  expect(told.uid).not.toBe(0);
  return told.results;
}

function exposure(unit: string): number {
  const text = command("/usr/bin/systemd-analyze", ["security", "--no-pager", unit]);
  return Number(/Overall exposure level for \S+: ([0-9.]+)/.exec(text)?.[1]);
}

beforeAll(async () => {
  systemctl("start", API, WEB);
  await vi.waitFor(async () => expect(await health()).toMatchObject({ status: "ok" }), {
    timeout: 60_000,
    interval: 100,
  });
});

afterAll(() => {
  systemctl("stop", WEB, API);
  rmSync(PROBE_UNIT, { force: true });
  rmSync(PROBE_SCRIPT, { force: true });
  systemctl("daemon-reload");
});

describe("the api's unit", () => {
  it("opens its socket to root and the group machineroom alone, and its data to root", () => {
    const group = Number(command("/usr/bin/getent", ["group", "machineroom"]).split(":")[2]);
    expect(statSync(SOCKET)).toMatchObject({ uid: 0, gid: group });
    expect(statSync(SOCKET).mode & 0o777).toBe(0o660);
    expect(statSync("/run/machineroom").mode & 0o777).toBe(0o750);
    expect(statSync("/var/lib/machineroom").mode & 0o777).toBe(0o700);
    for (const file of [DATABASE, "/var/lib/machineroom/auth-secret"]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("is at most moderately exposed", () => expect(exposure(API)).toBeLessThanOrEqual(7));

  it("answers by way of the web process, and knows its bus", async () => {
    expect(await health()).toMatchObject({ status: "ok", bus: "connected", version: expect.stringMatching(/^\d/) });
  });

  it("stops by itself and leaves no process, and the pages say so until it is back", async () => {
    const group = property(API, "ControlGroup");
    systemctl("stop", API);
    // One that had to be killed at the end of TimeoutStopSec= would tell "timeout".
    expect(property(API, "Result")).toBe("success");
    expect(() => statSync(`/sys/fs/cgroup/systemd${group}`)).toThrow();
    expect(await health()).toMatchObject({ code: "UNAVAILABLE" });
    systemctl("start", API);
    expect(await health()).toMatchObject({ status: "ok" });
  });

  it("does not take the place of one that lives", () => {
    const second = () =>
      command("/usr/bin/env", ["node", "/usr/lib/machineroom/bin/machineroom", "api"], {
        stdio: ["ignore", "pipe", "pipe"],
      });
    expect(second).toThrow(/./);
    expect(statSync(SOCKET).isSocket()).toBe(true);
  });

  it("puts levels into the journal", () => {
    command("/usr/bin/journalctl", ["--sync"]);
    const lines = command("/usr/bin/journalctl", ["-q", "-o", "json", "-u", API, "--output-fields=PRIORITY,MESSAGE"])
      .trim()
      .split("\n")
      .map((line) => z.object({ PRIORITY: z.string(), MESSAGE: z.string() }).parse(JSON.parse(line)));
    const listening = lines.find(({ MESSAGE }) => MESSAGE.includes('"listening"'));
    expect(listening?.PRIORITY).toBe("6");
    expect(lines.some(({ MESSAGE }) => MESSAGE.startsWith("<"))).toBe(false);
  });
});

describe("the web process's unit", () => {
  it("reaches the api, and neither the database, the bus, PID 1, the machines nor anybody's files", () => {
    const results = probe([
      SOCKET,
      DATABASE,
      "/var/lib/machineroom/auth-secret",
      "/run/dbus/system_bus_socket",
      "/run/systemd/private/",
      "/var/lib/machines/",
      "/etc/shadow",
      "/root/",
      "/usr/lib/machineroom/",
      "/var/lib/",
      "/run/machineroom/",
    ]);
    const { [SOCKET]: api, ...others } = results;
    expect(api).toBe("open");
    for (const [path, result] of Object.entries(others))
      expect(result, path).toMatch(/^(EACCES|EPERM|ENOENT|EROFS|ENOTDIR)$/);
  });

  it("is hardly exposed", () => expect(exposure(WEB)).toBeLessThanOrEqual(2.5));
});
