import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import type { Build } from "@/lib/build";
import { POOL } from "@/lib/build-commands";
import { spawnPty } from "@/server/systemd/pty";
import { command } from "../test-machine";
import { archBuild, createTestHost, DEBIAN_MIRROR, expectNothingLeft, FIXTURES, type TestHost } from "./test-host";

const PASSWORD = "Xq7-not-in-any-list";
const NAMES = ["arch-password", "arch-passwordless", "arch-locked", "debian-mm", "debian-de"];

let host: TestHost;

beforeAll(async () => {
  host = await createTestHost();
});

afterAll(async () => {
  await host.remove(...NAMES);
  await host.close();
});

/** Starts a machine and waits until its own systemd has booted. */
async function boot(name: string): Promise<void> {
  command("/usr/bin/machinectl", "start", name);
  const state = () => command("/usr/bin/systemctl", "-M", name, "show", "--value", "-p", "SystemState");
  await vi.waitFor(() => expect(state()).toMatch(/running|degraded/), { timeout: 30_000, interval: 50 });
}

/** What `machinectl login` shows, as a person types into it: each answer is typed when its question is there. */
async function logIn(
  name: string,
  answers: readonly [question: RegExp, answer: string][],
  end: RegExp,
): Promise<string> {
  const pty = spawnPty(["/usr/bin/machinectl", "login", name], { cols: 100, rows: 30 });
  let screen = "";
  let looked = 0;
  pty.onData((data) => {
    screen += data.toString("utf8");
  });
  const sees = (pattern: RegExp) =>
    vi.waitFor(() => expect(screen.slice(looked)).toMatch(pattern), { timeout: 30_000, interval: 20 });
  try {
    for (const [question, answer] of answers) {
      await sees(question);
      looked = screen.length;
      pty.write(Buffer.from(`${answer}\n`));
    }
    await sees(end);
    return screen;
  } finally {
    pty.kill("SIGKILL");
  }
}

const asRoot = (password: string | null): [RegExp, string][] => [
  [/login:/, "root"],
  ...(password === null ? [] : [[/Password:/, password] satisfies [RegExp, string]]),
];

/**
 * Collects the command lines of every process of the host until told to stop. The tool at `path`, which may be too quick to be seen,
 * is held until it was: a script of the same command line, environment and input stands in for it.
 */
function watchArgv(path: string): () => string {
  const seen = new Set<string>();
  const mark = `/run/seen-${basename(path)}`;
  const held = `${path} --`;
  renameSync(path, `${path}.away`);
  writeFileSync(path, `#!/bin/sh\nuntil [ -e ${mark} ]; do sleep 0.02; done\nexec ${path}.away "$@"\n`, {
    mode: 0o755,
  });
  const timer = setInterval(() => {
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      for (const file of ["cmdline", "environ"]) {
        try {
          const text = readFileSync(`/proc/${pid}/${file}`, "utf8").replaceAll("\0", " ");
          seen.add(text);
          if (text.includes(held)) writeFileSync(mark, "");
        } catch {
          // It has ended, or is the kernel's.
        }
      }
    }
  }, 5);
  return () => {
    clearInterval(timer);
    renameSync(`${path}.away`, path);
    rmSync(mark, { force: true });
    return [...seen].join("\n");
  };
}

/** Every byte below a directory, as text. */
function contentsOf(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((file) => join(directory, file))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

function packageNames(build: Build): string[] {
  return (build.packages ?? []).map(({ name }) => name);
}

describe("the arch recipe", () => {
  let build: Build;

  it("installs with the real pacstrap, and the password is nowhere to be found", async () => {
    const since = Math.floor(Date.now() / 1000);
    const stop = watchArgv("/usr/bin/systemd-firstboot");
    let processes = "";
    try {
      build = await host.build(archBuild("arch-password", { rootLogin: { kind: "password", password: PASSWORD } }));
    } finally {
      processes = stop();
    }
    expect(build).toMatchObject({ state: "succeeded", exitCode: 0, error: null, startedBy: "ada@example.com" });
    // The watch did see the commands, also the one that sets the password.
    expect(processes).toContain("pacstrap -c -C /srv/fixtures/arch/pacman.conf");
    expect(processes).toContain("systemd-firstboot --force");
    expect(processes).not.toContain(PASSWORD);
    for (const directory of [host.dataDir, host.databaseDir]) {
      expect(contentsOf(directory)).toContain("arch-password");
      expect(contentsOf(directory)).not.toContain(PASSWORD);
    }
    expect(contentsOf(host.runtimeDir)).not.toContain(PASSWORD);
    expect(JSON.stringify(await host.log(build.id))).not.toContain(PASSWORD);
    expect(command("/usr/bin/journalctl", "--no-pager", "-o", "export", `--since=@${since}`)).not.toContain(PASSWORD);
    await expectNothingLeft();
  });

  it("records what was done: commands, times, size, packages", async () => {
    const tree = `/var/lib/machines/.build-${build.id}`;
    expect(build.commands).toEqual([
      `/usr/bin/btrfs subvolume create ${tree}`,
      `/usr/bin/pacstrap -c -C /srv/fixtures/arch/pacman.conf -M -G ${tree} base --ignore linux`,
      `/usr/bin/systemd-firstboot --force --root=${tree} --root-password-file=/dev/stdin`,
      `/usr/bin/systemctl --root=${tree} enable systemd-networkd.service`,
      `/usr/bin/mv --no-clobber --no-target-directory ${tree} /var/lib/machines/arch-password`,
    ]);
    expect(build.steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      "prepare succeeded",
      "install succeeded",
      "login succeeded",
      "network succeeded",
      "place succeeded",
    ]);
    const times = build.steps.flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt]);
    expect(times).toEqual([...times].sort());
    expect(build.startedAt && build.finishedAt && build.startedAt < build.finishedAt).toBe(true);
    expect(build.durationMs).toBeGreaterThan(0);
    expect(build.sizeBytes).toBeGreaterThan(50 * 1024 * 1024);
  });

  it("honours --ignore linux: the kernel's place is taken by the package that is none", () => {
    expect(packageNames(build)).toEqual(["base", "no-kernel"]);
  });

  it("tells the log line by line, numbered without a gap", async () => {
    const lines = await host.log(build.id);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    const install = lines.filter(({ step }) => step === "install").map(({ text }) => text);
    expect(install).toContain("installing base...");
    expect(install).toContain("warning: ignoring package linux-1-1");
  });

  it("makes a machine that boots, has its name, an id of its own, and an address", async () => {
    expect(readFileSync(`${POOL}/arch-password/etc/machine-id`, "utf8")).toBe("");
    expect(command("/usr/bin/btrfs", "subvolume", "list", POOL)).toContain("path arch-password");
    await vi.waitFor(() => expect(host.deps.world.machine("arch-password")?.state).toBe("stopped"), 30_000);
    await boot("arch-password");
    expect(command("/usr/bin/machinectl", "show", "-p", "State", "arch-password")).toContain("running");
    await vi.waitFor(() => expect(host.deps.world.machine("arch-password")?.addresses.length).toBeGreaterThan(0), {
      timeout: 30_000,
    });
    expect(host.deps.world.machine("arch-password")?.os?.id).toBe("arch");
    expect(readFileSync(`${POOL}/arch-password/etc/machine-id`, "utf8")).toMatch(/^[0-9a-f]{32}\n$/);
  });

  it("lets root log in with the password, and with no other", async () => {
    const screen = await logIn(
      "arch-password",
      [...asRoot(PASSWORD), [/[#$] $/, "hostname; id -un"]],
      /\broot\b.*[#$] $/s,
    );
    expect(screen).toContain("arch-password");
    await logIn("arch-password", asRoot("a wrong one"), /Login incorrect/);
  });

  it("is refused without the pts lines the build has added to securetty", async () => {
    const securetty = `${POOL}/arch-password/etc/securetty`;
    expect(readFileSync(securetty, "utf8")).toMatch(/^pts\/0$/m);
    command("/usr/bin/sed", "-i", "/^pts/d", securetty);
    await logIn("arch-password", asRoot(PASSWORD), /Login incorrect/);
  });

  it("lets root in without a password where that was chosen", async () => {
    const passwordless = await host.build(archBuild("arch-passwordless", { rootLogin: { kind: "passwordless" } }));
    expect(passwordless.state).toBe("succeeded");
    await boot("arch-passwordless");
    await logIn("arch-passwordless", asRoot(null), /[#$] $/);
  });

  it("locks root where that was chosen; a shell from the host still works", async () => {
    const locked = await host.build(archBuild("arch-locked"));
    expect(locked.state).toBe("succeeded");
    await boot("arch-locked");
    await logIn("arch-locked", asRoot(""), /Login incorrect/);
    expect(command("/usr/bin/systemd-run", "-M", "arch-locked", "--pipe", "--wait", "-q", "/usr/bin/id", "-un")).toBe(
      "root\n",
    );
  });

  it("installs the kernel where nothing is ignored", async () => {
    await host.remove("arch-locked");
    const withKernel = await host.build(archBuild("arch-locked", { ignore: [] }));
    expect(packageNames(withKernel)).toEqual(["base", "linux"]);
    expect(withKernel.commands[1]).not.toContain("--ignore");
  });

  it("takes a mirror instead of a configuration, and leaves it in the machine", async () => {
    await host.remove("arch-locked");
    const { config: _, ...rest } = archBuild("arch-locked", { mirror: `file://${FIXTURES}/arch/$repo` });
    const mirrored = await host.build(rest);
    expect(mirrored).toMatchObject({ state: "succeeded", error: null });
    expect(readFileSync(`${POOL}/arch-locked/etc/pacman.d/mirrorlist`, "utf8")).toBe(
      `Server = file://${FIXTURES}/arch/$repo\n`,
    );
  });
});

describe("the debian recipe", () => {
  const debian = (name: string) => ({
    name,
    recipe: "debian",
    suite: "bookworm",
    mirror: DEBIAN_MIRROR,
    rootLogin: { kind: "password", password: PASSWORD },
  });

  async function bootsAndLogsIn(name: string): Promise<void> {
    await boot(name);
    await vi.waitFor(() => expect(host.deps.world.machine(name)?.addresses.length).toBeGreaterThan(0), {
      timeout: 30_000,
    });
    expect(host.deps.world.machine(name)?.os).toMatchObject({ id: "debian", version: "12" });
    const screen = await logIn(name, [...asRoot(PASSWORD), [/[#$] $/, "hostname"]], /[#$] $/);
    expect(screen).toContain(name);
  }

  it("is built by the real mmdebstrap", { timeout: 300_000 }, async () => {
    const build = await host.build(debian("debian-mm"));
    expect(build).toMatchObject({ state: "succeeded", exitCode: 0, error: null });
    expect(build.commands[1]).toMatch(/^\/usr\/bin\/mmdebstrap --variant=apt --include=systemd,/);
    expect(packageNames(build)).toEqual(expect.arrayContaining(["apt", "dbus", "iproute2", "systemd-sysv"]));
    await bootsAndLogsIn("debian-mm");
    await expectNothingLeft();
  });

  it("is built by the real debootstrap where mmdebstrap is not installed", { timeout: 300_000 }, async () => {
    renameSync("/usr/bin/mmdebstrap", "/usr/bin/mmdebstrap.away");
    try {
      const build = await host.build(debian("debian-de"));
      expect(build).toMatchObject({ state: "succeeded", exitCode: 0, error: null });
      expect(build.commands[1]).toMatch(/^\/usr\/sbin\/debootstrap --variant=minbase --include=systemd,/);
      expect(packageNames(build)).toEqual(expect.arrayContaining(["apt", "dbus", "iproute2", "systemd-sysv"]));
    } finally {
      renameSync("/usr/bin/mmdebstrap.away", "/usr/bin/mmdebstrap");
    }
    await bootsAndLogsIn("debian-de");
    await expectNothingLeft();
  });
});
