import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pino from "pino";
import { expect, vi } from "vitest";

import { connectHostSystem, type HostSystem } from "@/server/systemd/host-system";
import { createWorld, type World } from "./world/world";

export const UNITS = "etc/systemd/system";

/** The host as services have it. */
export interface TestHost {
  system: HostSystem;
  world: World;
  close(): Promise<void>;
}

export async function openHost(): Promise<TestHost> {
  const log = pino({ level: "silent" });
  const system = await connectHostSystem({ log });
  const world = createWorld({ system, log });
  await world.start();
  return {
    system,
    world,
    async close() {
      world.close();
      await system.close();
    },
  };
}

/** What a program of the host prints, in letters it can draw with. */
export function command(file: string, ...args: string[]): string {
  return execFileSync(file, args, {
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
}

/** A machine made of the fixture's tree and these files. */
export class TestMachine {
  readonly tree: string;

  constructor(
    readonly name: string,
    readonly world: World,
  ) {
    this.tree = `/var/lib/machines/${name}`;
  }

  async place(files: Readonly<Record<string, string>> = {}): Promise<void> {
    command("/usr/bin/cp", "-a", "--reflink=auto", "/srv/fixtures/debian", this.tree);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.tree, path)), { recursive: true });
      writeFileSync(join(this.tree, path), text);
    }
    await vi.waitFor(() => expect(this.world.machine(this.name)).toBeDefined(), 30_000);
  }

  /** A unit of its own; one that is wanted starts with the machine. */
  addUnit(unit: string, text: string, { wanted = true } = {}): void {
    const directory = join(this.tree, UNITS);
    mkdirSync(join(directory, "multi-user.target.wants"), { recursive: true });
    writeFileSync(join(directory, unit), text);
    if (wanted) symlinkSync(`../${unit}`, join(directory, "multi-user.target.wants", unit));
  }

  async start(): Promise<void> {
    command("/usr/bin/machinectl", "start", this.name);
    await this.booted();
  }

  async booted(): Promise<void> {
    const state = () => this.systemctl("show", "--value", "-p", "SystemState");
    await vi.waitFor(() => expect(state()).toMatch(/running|degraded/), 30_000);
    await vi.waitFor(() => expect(this.world.machine(this.name)?.leaderPid).toBeGreaterThan(0), 30_000);
  }

  async powerOff(): Promise<void> {
    command("/usr/bin/machinectl", "poweroff", this.name);
    await vi.waitFor(() => expect(this.world.machine(this.name)?.state).toBe("stopped"), 30_000);
  }

  async restart(): Promise<void> {
    await this.powerOff();
    await this.start();
  }

  systemctl(...args: string[]): string {
    return command("/usr/bin/systemctl", "-M", this.name, "--no-pager", ...args);
  }

  /** What journalctl itself prints of it while it runs. */
  journalctl(...args: string[]): string[] {
    return lines(command("/usr/bin/journalctl", "-M", this.name, "-q", "--no-pager", ...args));
  }

  /** Whatever its state; one that was never placed too. */
  remove(): void {
    for (const [file, ...args] of [
      ["/usr/bin/systemctl", "stop", `systemd-nspawn@${this.name}.service`],
      ["/usr/bin/machinectl", "remove", this.name],
    ] as const) {
      try {
        command(file, ...args);
      } catch {
        // It was not there.
      }
    }
    rmSync(this.tree, { recursive: true, force: true });
  }
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
