import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import type { CgroupMounts } from "./cgroup-mounts";
import { type RawCgroup, TreeReader } from "./cgroup-tree";

const UNIT = "systemd-nspawn@a.service";
const ROOT = `/machine.slice/${UNIT}`;
const SHIFT = 100_000;

let root: string;
let reader: TreeReader;

function put(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

interface FakeGroup {
  procs?: string;
  threads?: string;
  populated?: boolean;
}

function group(path: string, { procs = "", threads = procs, populated = true }: FakeGroup = {}): void {
  const at = `cgroup${path}`;
  put(`${at}/cgroup.procs`, procs);
  put(`${at}/cgroup.threads`, threads);
  put(`${at}/cgroup.events`, `populated ${Number(populated)}\nfrozen 0\n`);
  put(`${at}/cgroup.controllers`, "cpu pids\n");
  put(`${at}/cpu.stat`, "usage_usec 5000000\n");
}

interface Fake {
  nsPids: number[];
  uid?: number;
  comm?: string;
  cmdline?: string;
  flags?: number;
  start?: number;
}

function process(
  pid: number,
  { nsPids, uid = SHIFT, comm = "prog", cmdline = "/bin/prog\0", flags = 0, start = 7 }: Fake,
) {
  const rest = `S 1 1 1 0 -1 ${flags} 0 0 0 0 3 4 0 0 20 0 1 0 ${start} 1000 25 0`;
  put(`proc/${pid}/stat`, `${pid} (${comm}) ${rest}\n`);
  put(`proc/${pid}/status`, `Name:\t${comm}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nNSpid:\t${nsPids.join("\t")}\n`);
  put(`proc/${pid}/cmdline`, cmdline);
}

const users = {
  host: new Map([[0, "root"]]),
  machine: new Map([
    [0, "root"],
    [33, "www-data"],
  ]),
};
const read = () => reader.read({ leaderPid: 61, unit: UNIT }, users);

/** Indented names, as systemd-cgls draws them. */
function outline(cgroup: RawCgroup, depth = 0): string[] {
  const line = (text: string, at: number) => `${"  ".repeat(at)}${text}`;
  return [
    line(cgroup.name, depth),
    ...cgroup.processes.map(({ pid, command }) => line(`${pid} ${command}`, depth + 1)),
    ...cgroup.children.flatMap((child) => outline(child, depth + 1)),
  ];
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "machineroom-tree-"));
  const mounts: CgroupMounts = {
    unified: { at: join(root, "cgroup"), root: "/" },
    unifiedControllers: new Set(["cpu", "pids"]),
    legacy: new Map(),
    systemd: null,
    psi: true,
  };
  reader = new TreeReader(mounts, join(root, "proc"));
  put("proc/61/cgroup", `0::${ROOT}/payload/init.scope\n`);
  put("proc/61/uid_map", `0 ${SHIFT} 65536\n`);
  process(61, { nsPids: [61, 1], comm: "systemd", cmdline: "/usr/lib/systemd/systemd\0" });
  process(58, { nsPids: [58], uid: 0, comm: "systemd-nspawn", cmdline: "systemd-nspawn\0-M\0a\0" });
  for (const path of ["", "/payload", "/payload/system.slice"]) group(`${ROOT}${path}`);
  group(`${ROOT}/payload/init.scope`, { procs: "61\n" });
  group(`${ROOT}/supervisor`, { procs: "58\n" });
});

afterEach(() => rmSync(root, { recursive: true }));

test("a tree has its groups, and processes in the order of their PIDs with user, both PIDs and command", () => {
  group(`${ROOT}/payload/system.slice/web.service`, { procs: "90\n71\n", threads: "90\n71\n72\n" });
  process(90, { nsPids: [90, 30], uid: SHIFT + 33, cmdline: "" });
  process(71, { nsPids: [71, 20, 3], uid: SHIFT + 1000 });
  const tree = read();
  const web = tree?.root.children
    .find(({ name }) => name === "payload")
    ?.children.find(({ name }) => name === "system.slice")?.children[0];
  expect(web).toMatchObject({ unit: "web.service", tasks: 3, cpuUsageUsec: 5_000_000, controllers: ["cpu", "pids"] });
  expect(web?.processes).toMatchObject([
    { pid: 71, machinePid: 20, user: "1000", command: "/bin/prog" },
    { pid: 90, machinePid: 30, user: "www-data", command: "[prog]", cpuUsageUsec: 70_000, startTicks: 7 },
  ]);
  const supervisor = tree?.root.children.find(({ name }) => name === "supervisor");
  expect(supervisor?.processes).toMatchObject([{ machinePid: null, user: "root", command: "systemd-nspawn -M a" }]);
  expect(tree).toMatchObject({ payload: `${ROOT}/payload`, root: { unit: UNIT, tasks: 5 } });
});

test("what systemd-cgls leaves out is left out: empty groups, and threads of the kernel", () => {
  group(`${ROOT}/payload/system.slice/empty.service`, { populated: false });
  group(`${ROOT}/payload/system.slice/odd.service`, { procs: "80\n" });
  process(80, { nsPids: [80], flags: 0x0020_0000 });
  const lines = outline(read()?.root ?? fail());
  expect(lines).toEqual(
    expect.arrayContaining([
      "systemd-nspawn@a.service",
      "  payload",
      "    init.scope",
      "      61 /usr/lib/systemd/systemd",
    ]),
  );
  expect(lines.join("\n")).not.toMatch(/empty|odd|system\.slice/);
});

test("a process that ends while it is read is left out, and so is a group", () => {
  group(`${ROOT}/payload/system.slice/web.service`, { procs: "70\n71\n" });
  process(71, { nsPids: [71, 20] });
  rmSync(join(root, `cgroup${ROOT}/supervisor`), { recursive: true });
  const text = outline(read()?.root ?? fail()).join("\n");
  expect(text).toContain("71 /bin/prog");
  expect(text).not.toMatch(/\b70\b|supervisor/);
});

test("a machine that has gone has no tree", () => {
  rmSync(join(root, "proc/61"), { recursive: true });
  expect(read()).toBeNull();
});

test("a later process of the same PID is told as itself, and so is one that runs another program", () => {
  group(`${ROOT}/payload/system.slice/web.service`, { procs: "70\n" });
  process(70, { nsPids: [70, 20], cmdline: "/bin/one\0" });
  const command = () => outline(read()?.root ?? fail()).find((line) => line.includes("70 "));
  expect(command()).toContain("/bin/one");
  process(70, { nsPids: [70, 20], cmdline: "/bin/two\0", start: 8 });
  expect(command()).toContain("/bin/two");
  process(70, { nsPids: [70, 20], cmdline: "/bin/three\0", start: 8, comm: "three" });
  expect(command()).toContain("/bin/three");
});

test("a title that changes is told after some readings", () => {
  process(61, { nsPids: [61, 1], comm: "systemd", cmdline: "one\0" });
  read();
  process(61, { nsPids: [61, 1], comm: "systemd", cmdline: "two\0" });
  const lines = Array.from({ length: 12 }, () => outline(read()?.root ?? fail()).join("\n"));
  expect(lines.at(-1)).toContain("61 two");
});

test("a process that was met in the middle of its execve(2) is looked at again at once", () => {
  process(61, { nsPids: [61, 1], comm: "sleep", cmdline: "" });
  expect(outline(read()?.root ?? fail()).join("\n")).toContain("61 [sleep]");
  process(61, { nsPids: [61, 1], comm: "sleep", cmdline: "sleep\0inf\0" });
  expect(outline(read()?.root ?? fail()).join("\n")).toContain("61 sleep inf");
});

test("a tree is told up to a bound, and the rest counted", () => {
  const pids = Array.from({ length: 5010 }, (_, index) => 1000 + index);
  group(`${ROOT}/payload/system.slice/many.service`, { procs: `${pids.join("\n")}\n` });
  // One process under many PIDs: twenty thousand files take a busy disk longer than a test has.
  process(60, { nsPids: [60, 60] });
  for (const pid of pids) symlinkSync("60", join(root, `proc/${pid}`));
  const many = outlineOf("many.service");
  const told = read()?.root;
  const processes = (cgroup: RawCgroup): number =>
    cgroup.children.reduce((sum, child) => sum + processes(child), cgroup.processes.length);
  expect(processes(told ?? fail())).toBe(5000);
  expect((many?.processes.length ?? 0) + (many?.omittedProcesses ?? 0)).toBe(5010);
  expect(many?.tasks).toBe(5010);
});

function outlineOf(name: string): RawCgroup | undefined {
  const find = (cgroup: RawCgroup): RawCgroup | undefined =>
    cgroup.name === name ? cgroup : cgroup.children.map(find).find((one) => one !== undefined);
  return find(read()?.root ?? fail());
}

function fail(): never {
  throw new Error("there is no tree");
}
