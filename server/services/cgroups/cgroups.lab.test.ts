import { readdirSync, readFileSync } from "node:fs";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { type Cgroup, type CgroupProcess, type CgroupSample, processesOf } from "@/lib/cgroups";
import { createMachineBuses } from "@/server/systemd/machine-bus";
import { command, openHost, type TestHost, TestMachine } from "../test-machine";
import { killInMachine } from "./kill";
import { readCgroupTree } from "./tree";
import { watchCgroups } from "./watch";

const NAME = "cgroups-test";
const APP = "cgroups-app";
const UNIFIED = "/sys/fs/cgroup/unified";

const DELEGATED = `[Service]
Delegate=yes
ExecStart=/bin/sh -c 'own=/sys/fs/cgroup/unified$(sed -n s/^0:://p /proc/self/cgroup); mkdir -p $own/inner/deep; \\
  sleep inf & echo $! >$own/inner/deep/cgroup.procs; exec sleep inf'
`;
/** Has no group below its own, and may make some. */
const MAY = "[Service]\nDelegate=yes\nExecStart=/bin/sleep inf\n";
/** Makes a group below its own that systemd does not know of. */
const UNASKED = DELEGATED.replace("Delegate=yes\n", "").replaceAll("inner/deep", "unasked");
const MANY = "[Service]\nExecStart=/bin/sh -c 'i=0; while [ $i -lt 999 ]; do sleep inf & i=$((i+1)); done; wait'\n";
/** Its child ends, and is never waited for. */
const ZOMBIE = "[Service]\nExecStart=/bin/sh -c 'sleep 0 & exec sleep inf'\n";
/** More loops than a small host has processors. */
const BUSY = "[Service]\nExecStart=/bin/sh -c 'for i in 1 2 3; do while :; do :; done & done; wait'\n";
const WORKER = "[Service]\nUser=games\nExecStart=/bin/sleep inf\n";

let deps: TestHost;
let machine: TestMachine;

const systemctl = (...args: string[]) => machine.systemctl(...args);
const isActive = (unit: string) => systemctl("show", "--value", "-p", "ActiveState", unit).trim();
const tree = (name = NAME) => readCgroupTree(deps, name, undefined);

/** The lines of systemd-cgls: how deep each is, and its text; what is delegated ends with an ellipsis. */
function toolLines(name: string): string[] {
  const text = command("/usr/bin/systemd-cgls", "-M", name, "--full", "--xattr=no", "--cgroup-id=no");
  return text.split("\n").flatMap((line) => {
    const [, above, rest] = /^((?:│ | {2})*)[├└]─(.*)$/.exec(line) ?? [];
    return above === undefined || rest === undefined ? [] : [`${above.length / 2} ${rest.trim()}`];
  });
}

function ourLines(group: Cgroup, depth = 0): string[] {
  return [
    ...group.processes.map((process) => `${depth} ${process.pid} ${process.command}`),
    ...group.children.flatMap((child) => [
      `${depth} ${child.name}${child.delegated ? " …" : ""}`,
      ...ourLines(child, depth + 1),
    ]),
  ];
}

function find(group: Cgroup, name: string): Cgroup | undefined {
  return group.name === name
    ? group
    : group.children.map((child) => find(child, name)).find((one) => one !== undefined);
}

async function groupOf(name: string): Promise<Cgroup> {
  const found = find(await tree(), name);
  if (!found) throw new Error(`no group ${name}`);
  return found;
}

async function processOf(unit: string): Promise<CgroupProcess> {
  const [first] = (await groupOf(unit)).processes;
  if (!first) throw new Error(`no process in ${unit}`);
  return first;
}

/** What a page would have been sent. */
class Listener {
  readonly samples: CgroupSample[] = [];
  readonly links: string[] = [];
  readonly #abort = new AbortController();
  readonly #events: Promise<void>;

  constructor(intervalMs = 500) {
    this.#events = this.#listen(watchCgroups(deps, { name: NAME, intervalMs }, this.#abort.signal));
  }

  async #listen(events: ReturnType<typeof watchCgroups>): Promise<void> {
    for await (const event of events) {
      if (event.type === "tree") this.samples.push(event);
      else this.links.push(event.link);
    }
  }

  close(): Promise<void> {
    this.#abort.abort();
    return this.#events;
  }
}

beforeAll(async () => {
  command("/usr/bin/cp", "-a", "--reflink=auto", "/srv/fixtures/debian", `/srv/${APP}`);
  deps = await openHost();
  machine = new TestMachine(NAME, deps.world);
  await machine.place();
  const delegating = { "delegated.service": DELEGATED, "may.service": MAY, "unasked.service": UNASKED };
  const wanted = { ...delegating, "worker.service": WORKER, "zombie.service": ZOMBIE };
  for (const [unit, text] of Object.entries(wanted)) machine.addUnit(unit, text);
  for (const [unit, text] of Object.entries({ "many.service": MANY, "busy.service": BUSY }))
    machine.addUnit(unit, text, { wanted: false });
  await machine.start();
});

afterAll(async () => {
  command("/usr/bin/systemctl", "stop", `${APP}.service`);
  machine.remove();
  await deps.close();
});

describe("the control groups of a machine", () => {
  it("are those of systemd-cgls, in its order, with the same processes and commands", async () => {
    await vi.waitFor(async () => {
      const theirs = toolLines(NAME);
      expect(theirs.length).toBeGreaterThan(20);
      const marked = theirs.filter((line) => line.endsWith(" …")).map((line) => line.split(" ")[1]);
      expect(marked).toEqual(expect.arrayContaining(["delegated.service", "may.service"]));
      expect(marked).not.toContain("unasked.service");
      expect(ourLines(await tree())).toEqual(theirs);
    }, 30_000);
  });

  it("have users by the machine's own names, and the PIDs of both sides", async () => {
    const init = await processOf("init.scope");
    expect(init).toMatchObject({ pid: deps.world.machine(NAME)?.leaderPid, machinePid: 1, user: "root" });
    expect(readFileSync(`/proc/${init.pid}/status`, "utf8")).not.toMatch(/^Uid:\t0\t/m);
    const worker = await processOf("worker.service");
    expect(worker.user).toBe("games");
    expect(worker.machinePid).toBe(Number(systemctl("show", "--value", "-p", "MainPID", "worker.service")));
    expect(await processOf("supervisor")).toMatchObject({ machinePid: null, user: "root" });
  });

  it("of a unit that makes its own are the unit's, and no units", async () => {
    const unit = await groupOf("delegated.service");
    expect(unit).toMatchObject({ unit: "delegated.service", delegated: true });
    expect(unit.children).toMatchObject([{ name: "inner", unit: null, children: [{ name: "deep", unit: null }] }]);
    expect(unit.children[0]?.children[0]?.processes).toMatchObject([{ command: "sleep inf" }]);
    expect(await tree()).toMatchObject({ unit: `systemd-nspawn@${NAME}.service` });
    expect((await groupOf("unasked.service")).children).toMatchObject([{ name: "unasked" }]);
  });

  it("have the figures of the kernel's own files; what this host does not account is null with the reason", async () => {
    systemctl("start", "busy.service");
    // The shell and its loops: what is still about to fork has other figures each time.
    await vi.waitFor(async () => expect((await groupOf("busy.service")).processes).toHaveLength(4), 30_000);
    const { path } = await groupOf("busy.service");
    const figure = (file: string, pattern: RegExp) =>
      Number(pattern.exec(readFileSync(`${UNIFIED}${path}/${file}`, "utf8"))?.[1]);
    const figures = () => ({
      cpu: figure("cpu.stat", /^usage_usec (\d+)$/m),
      stalled: figure("cpu.pressure", /^some .*total=(\d+)$/m),
    });
    // Two loops wait for each other, even where nobody else does.
    await vi.waitFor(() => expect(figures().stalled).toBeGreaterThan(0), 30_000);
    const before = figures();
    const group = await groupOf("busy.service");
    const after = figures();
    expect(group.cpuUsageUsec).toBeGreaterThanOrEqual(before.cpu);
    expect(group.cpuUsageUsec).toBeLessThanOrEqual(after.cpu);
    expect(group.pressure?.cpu.some.totalUsec).toBeGreaterThanOrEqual(before.stalled);
    expect(group.pressure?.cpu.some.totalUsec).toBeLessThanOrEqual(after.stalled);
    expect(group).toMatchObject({ memoryBytes: null, unaccounted: { memory: "legacy-hierarchy" } });
    expect(group.unaccounted.tasks).toBeUndefined();
    const threads = group.processes.map(({ pid }) => readdirSync(`/proc/${pid}/task`).length);
    expect(group.tasks).toBe(threads.reduce((sum, count) => sum + count, 0));
    systemctl("stop", "busy.service");
  });

  it("leave out a process that has ended and was not collected, as systemd-cgls does", async () => {
    const { pid } = await processOf("zombie.service");
    const children = () => command("/usr/bin/ps", "--ppid", String(pid), "-o", "stat=").trim();
    await vi.waitFor(() => expect(children()).toMatch(/^Z/), 30_000);
    expect((await groupOf("zombie.service")).processes.map((process) => process.pid)).toEqual([pid]);
    await vi.waitFor(async () => expect(ourLines(await tree())).toEqual(toolLines(NAME)), 30_000);
  });

  it("are told in good time also where the machine's D-Bus hangs", async () => {
    const { pid } = await processOf("dbus.service");
    // Nothing is known of the machine yet.
    const machineBuses = createMachineBuses(pino({ level: "silent" }));
    process.kill(pid, "SIGSTOP");
    try {
      const system = { ...deps.system, machineBuses };
      expect(find(await readCgroupTree({ ...deps, system }, NAME, undefined), "may.service")).toBeDefined();
      // The connection was asked for, and has neither come nor been given up.
      expect(machineBuses.size).toBe(1);
    } finally {
      process.kill(pid, "SIGCONT");
      machineBuses.close();
    }
  });

  it("of a program without systemd are told too, and have no units", async () => {
    command(
      ...["/usr/bin/systemd-run", "--quiet", `--unit=${APP}`, "/usr/bin/systemd-nspawn", "--quiet"],
      ...[`--directory=/srv/${APP}`, `--machine=${APP}`, "/bin/sleep", "inf"],
    );
    await vi.waitFor(() => expect(deps.world.machine(APP)?.leaderPid).toBeGreaterThan(0), 30_000);
    await vi.waitFor(async () => {
      const found = await tree(APP);
      expect(ourLines(found)).toEqual(toolLines(APP));
      expect(processesOf(found)).toMatchObject([{ command: "/bin/sleep inf", machinePid: 1 }]);
    }, 30_000);
    command("/usr/bin/machinectl", "terminate", APP);
    await vi.waitFor(() => expect(deps.world.machine(APP)).toBeUndefined(), 30_000);
    await expect(tree(APP)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a signal", () => {
  it("reaches the process that was meant, and no later one of its PID", async () => {
    const worker = await processOf("worker.service");
    const kill = (startTicks: number) =>
      killInMachine(deps, { name: NAME, pid: worker.pid, startTicks, signal: "SIGTERM" });
    await expect(kill(worker.startTicks - 1)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(isActive("worker.service")).toBe("active");
    expect((await kill(worker.startTicks)).command).toBe(`kill -s TERM ${worker.pid}`);
    await vi.waitFor(() => expect(isActive("worker.service")).toBe("inactive"), 30_000);
    await expect(kill(worker.startTicks)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(ourLines(await tree()).join("\n")).not.toContain("worker.service");
  });

  it("never reaches a process of another machine, or of the host", async () => {
    for (const pid of [1, process.pid])
      await expect(killInMachine(deps, { name: NAME, pid, signal: 15 })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
  });

  it("reaches a whole unit by the machine's own systemd", async () => {
    systemctl("start", "worker.service");
    const kill = (unit: string) => killInMachine(deps, { name: NAME, unit, signal: "KILL" });
    expect((await kill("worker.service")).command).toBe(`systemctl -M ${NAME} kill --signal=KILL worker.service`);
    await vi.waitFor(() => expect(isActive("worker.service")).toBe("failed"), 30_000);
    await expect(kill("nothing.service")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("reaches all of a group that a unit made, and none above or beside", async () => {
    const deep = await groupOf("deep");
    const inner = await groupOf("inner");
    const kill = (path: string) => killInMachine(deps, { name: NAME, path, signal: "SIGTERM" });
    for (const path of ["/system.slice", "/machine.slice", inner.path.replace(NAME, "another"), `${deep.path}/..`])
      await expect(kill(path)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const { payload } = await tree();
    await expect(kill(payload)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await kill(inner.path)).command).toBe(`kill -s TERM ${deep.processes[0]?.pid}`);
    await vi.waitFor(async () => expect(find(await tree(), "inner")).toBeUndefined(), 30_000);
    expect(isActive("delegated.service")).toBe("active");
    await expect(kill(inner.path)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("watched", () => {
  it("it tells what is new and what has ended, with rates, one reading for all", async () => {
    systemctl("start", "worker.service", "busy.service");
    const [one, other] = [new Listener(), new Listener()];
    await vi.waitFor(() => {
      expect(one.samples.length).toBeGreaterThan(2);
      const newest = one.samples.at(-1);
      const busy = newest && find(newest, "busy.service")?.cpuPercent;
      expect(busy).toBeGreaterThan(20);
      // What is above it is read a moment before; now and then that moment is a long one.
      expect(newest?.cpuPercent).toBeGreaterThan(0.9 * (busy ?? 0));
      expect(newest && find(newest, "worker.service")).toBeDefined();
    }, 30_000);
    expect(one.links).toEqual(["connected"]);
    systemctl("stop", "worker.service", "busy.service");
    await vi.waitFor(
      () => expect(find(other.samples.at(-1) as CgroupSample, "worker.service")).toBeUndefined(),
      30_000,
    );
    await Promise.all([one.close(), other.close()]);
  });

  it("1 000 processes are those of systemd-cgls, and do not hold the api up", async () => {
    systemctl("start", "many.service");
    await vi.waitFor(async () => expect((await groupOf("many.service")).processes).toHaveLength(1000), 60_000);
    // The last of them may only just have been started.
    await vi.waitFor(async () => expect(ourLines(await tree())).toEqual(toolLines(NAME)), 30_000);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await tree();
    clearInterval(timer);
    // Read on the api's own thread it would have stood still meanwhile.
    expect(turns).toBeGreaterThan(0);
    const many = await processOf("many.service");
    await killInMachine(deps, { name: NAME, unit: "many.service", signal: "SIGKILL" });
    await vi.waitFor(async () => expect(find(await tree(), "many.service")).toBeUndefined(), 30_000);
    await expect(
      killInMachine(deps, { name: NAME, pid: many.pid, startTicks: many.startTicks, signal: "SIGTERM" }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("it says that the machine has stopped, and goes on with its next boot", async () => {
    const listener = new Listener();
    await vi.waitFor(() => expect(listener.samples.length).toBeGreaterThan(0), 30_000);
    const leader = deps.world.machine(NAME)?.leaderPid;
    command("/usr/bin/machinectl", "poweroff", NAME);
    await vi.waitFor(() => expect(listener.links.at(-1)).toBe("stopped"), 30_000);
    await vi.waitFor(() => expect(deps.world.machine(NAME)?.state).toBe("stopped"), 30_000);
    await expect(tree()).rejects.toMatchObject({ code: "PRECONDITION" });
    command("/usr/bin/machinectl", "start", NAME);
    await vi.waitFor(() => {
      expect(listener.links.at(-1)).toBe("connected");
      const init = listener.samples.at(-1);
      expect(init && find(init, "init.scope")?.processes[0]?.pid).not.toBe(leader);
      expect(init && find(init, "delegated.service")).toBeDefined();
    }, 30_000);
    await listener.close();
  });
});
