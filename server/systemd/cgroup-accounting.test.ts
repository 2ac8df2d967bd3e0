import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { countTasks, MOST_COUNTED_GROUPS, parsePressure, readCgroupAccounting } from "./cgroup-accounting";
import { directoryIn, readCgroupMounts } from "./cgroup-mounts";

const GROUP = "/machine.slice/systemd-nspawn@a.service";
const CPU_STAT = "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n";
const PRESSURE =
  "some avg10=1.50 avg60=0.25 avg300=0.01 total=7000\nfull avg10=0.50 avg60=0.00 avg300=0.00 total=3000\n";
const UNIFIED = "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
const HYBRID = [
  "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
  "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct",
  "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
  "38 31 0:35 / /sys/fs/cgroup/blkio rw,relatime - cgroup cgroup rw,blkio",
  "39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids",
  "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd",
  "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
  "",
].join("\n");

let root: string;

function put(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

const mounts = () => readCgroupMounts({ proc: join(root, "proc"), prefix: root });
const read = (path = GROUP) => readCgroupAccounting(mounts(), path);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "machineroom-cgroup-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("with the unified hierarchy", () => {
  const at = `sys/fs/cgroup${GROUP}`;
  beforeEach(() =>
    put({
      "proc/self/mountinfo": UNIFIED,
      "proc/pressure/cpu": PRESSURE,
      "sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n",
      [`${at}/cgroup.procs`]: "1\n",
      [`${at}/cpu.stat`]: CPU_STAT,
    }),
  );

  test("every file is read", () => {
    put({
      [`${at}/memory.current`]: "33570816\n",
      [`${at}/pids.current`]: "12\n",
      [`${at}/io.stat`]:
        "8:0 rbytes=100 wbytes=20 rios=1 wios=1 dbytes=0 dios=0\n254:0 rbytes=1 wbytes=2 rios=1 wios=1\n",
      [`${at}/cpu.pressure`]: PRESSURE,
      [`${at}/memory.pressure`]: PRESSURE,
      [`${at}/io.pressure`]: PRESSURE,
    });
    expect(read()).toMatchObject({
      cpuUsageUsec: 1_234_567,
      memoryBytes: 33_570_816,
      tasks: 12,
      ioReadBytes: 101,
      ioWriteBytes: 22,
      pressure: { io: { some: { avg10: 1.5, totalUsec: 7000 }, full: { avg10: 0.5, totalUsec: 3000 } } },
      unaccounted: {},
    });
  });

  test("a group without traffic has read and written nothing", () => {
    put({ [`${at}/io.stat`]: "" });
    expect(read()).toMatchObject({ ioReadBytes: 0, ioWriteBytes: 0 });
  });

  test("a controller that is off for the group is told from one the kernel lacks", () => {
    put({ "sys/fs/cgroup/cgroup.controllers": "cpu io pids\n" });
    expect(read()).toMatchObject({
      cpuUsageUsec: 1_234_567,
      memoryBytes: null,
      tasks: null,
      ioReadBytes: null,
      pressure: null,
      unaccounted: { memory: "no-controller", tasks: "not-enabled", io: "not-enabled", pressure: "not-enabled" },
    });
  });

  test("a kernel that measures no pressure says so", () => {
    rmSync(join(root, "proc/pressure"), { recursive: true });
    expect(read()?.unaccounted.pressure).toBe("psi-off");
  });

  test("a group that is gone has no figures", () => {
    expect(read("/machine.slice/gone.scope")).toBeNull();
    expect(countTasks(mounts(), "/machine.slice/gone.scope")).toBeNull();
  });

  test("a file that is no number is no figure", () => {
    put({ [`${at}/memory.current`]: "max\n", [`${at}/pids.current`]: "\n" });
    expect(read()).toMatchObject({ memoryBytes: null, tasks: null });
  });
});

describe("with the hybrid hierarchy", () => {
  const at = `sys/fs/cgroup/unified${GROUP}`;
  beforeEach(() =>
    put({
      "proc/self/mountinfo": HYBRID,
      "proc/pressure/cpu": PRESSURE,
      "sys/fs/cgroup/unified/cgroup.controllers": "\n",
      [`${at}/cgroup.procs`]: "1\n",
      [`${at}/cgroup.threads`]: "1\n2\n",
      [`${at}/payload/init.scope/cgroup.threads`]: "3\n",
      [`${at}/payload/cgroup.threads`]: "",
      [`${at}/cpu.stat`]: CPU_STAT,
    }),
  );

  test("version 1 has what it has a group for", () => {
    put({
      [`sys/fs/cgroup/memory${GROUP}/memory.usage_in_bytes`]: "4096\n",
      [`sys/fs/cgroup/pids${GROUP}/pids.current`]: "3\n",
      [`sys/fs/cgroup/blkio${GROUP}/blkio.throttle.io_service_bytes_recursive`]:
        "8:0 Read 10\n8:0 Write 3\n8:0 Sync 13\n8:0 Async 0\n8:0 Total 13\n8:16 Read 1\n8:16 Write 1\nTotal 15\n",
    });
    expect(read()).toMatchObject({
      cpuUsageUsec: 1_234_567,
      memoryBytes: 4096,
      tasks: 3,
      ioReadBytes: 11,
      ioWriteBytes: 4,
    });
  });

  test("what has no group there is not accounted, not nothing", () => {
    expect(read()).toMatchObject({
      memoryBytes: null,
      tasks: null,
      ioReadBytes: null,
      ioWriteBytes: null,
      unaccounted: { memory: "legacy-hierarchy", tasks: "legacy-hierarchy", io: "legacy-hierarchy" },
    });
  });

  test("tasks can be counted, with all below", () => {
    expect(countTasks(mounts(), GROUP)).toBe(3);
  });

  test("tasks are not counted where a machine has made groups without end, beside or below each other", () => {
    // With the group itself and its two of above, as many as are counted.
    for (let n = 3; n < MOST_COUNTED_GROUPS; n += 1) put({ [`${at}/payload/${n}.scope/cgroup.threads`]: "7\n" });
    expect(countTasks(mounts(), GROUP)).toBe(MOST_COUNTED_GROUPS);
    put({ [`${at}/payload/3.scope/deep/cgroup.threads`]: "7\n" });
    expect(countTasks(mounts(), GROUP)).toBe("too-many-groups");
  });
});

test("version 1 alone tells CPU time by cpuacct, in microseconds, and no pressure", () => {
  put({
    "proc/self/mountinfo": HYBRID.replace(/^41.*\n/m, ""),
    [`sys/fs/cgroup/systemd${GROUP}/cgroup.procs`]: "1\n",
    [`sys/fs/cgroup/cpu,cpuacct${GROUP}/cpuacct.usage`]: "1234567999\n",
  });
  expect(read()).toMatchObject({
    cpuUsageUsec: 1_234_567,
    pressure: null,
    unaccounted: { pressure: "legacy-hierarchy" },
  });
});

test("a mount that shows only a part of its hierarchy shows only what is in that part", () => {
  const part = { at: "/sys/fs/cgroup/memory", root: "/box" };
  expect(directoryIn(part, "/box/a.slice")).toBe("/sys/fs/cgroup/memory/a.slice");
  expect(directoryIn(part, "/box")).toBe("/sys/fs/cgroup/memory");
  expect(directoryIn(part, "/boxes")).toBeNull();
  expect(directoryIn({ at: "/sys/fs/cgroup", root: "/" }, "/")).toBe("/sys/fs/cgroup");
});

test("older kernels tell no full pressure of the CPU", () => {
  expect(parsePressure(PRESSURE.split("\n")[0] ?? "")).toMatchObject({ some: { avg60: 0.25 }, full: null });
  expect(parsePressure("")).toBeNull();
});
