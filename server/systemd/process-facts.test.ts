import { expect, test } from "vitest";

import { readKernelUnits } from "./auxv";
import { formatCmdline, parseStat, parseStatus, readIdentity, readStat } from "./process-facts";

const stat = (comm: string, flags = 4194560) =>
  `61 (${comm}) S 1 61 61 0 -1 ${flags} 1 2 3 4 10 5 0 0 20 0 1 0 12345 17000000 2500 18446744073709551615 1 1 0\n`;

test("the times, the start and the resident pages are read, whatever the name has in it", () => {
  const read = { state: "S", cpuTicks: 15, startTicks: 12_345, residentPages: 2500, kernelThread: false };
  for (const comm of ["systemd", "a) R 1 (b", "", "with space"])
    expect(parseStat(stat(comm))).toEqual({ comm, ...read });
});

test("a thread of the kernel is known by its flags", () => {
  expect(parseStat(stat("kworker/0:1", 0x0020_8040))?.kernelThread).toBe(true);
});

test("what is no stat is nothing", () => {
  expect(parseStat("")).toBeNull();
  expect(parseStat("61 (x) S 1")).toBeNull();
});

test("the effective user and the PIDs in every namespace are read", () => {
  const text = "Name:\tx\nUid:\t1000\t1627586560\t1000\t1000\nNSpid:\t61\t1\nThreads:\t1\n";
  expect(parseStatus(text)).toEqual({ uid: 1_627_586_560, nsPids: [61, 1] });
  expect(parseStatus("Uid:\t0\t0\t0\t0\nNSpid:\t7\n")).toEqual({ uid: 0, nsPids: [7] });
});

test("a command line is told with spaces, without what would move a cursor, and not for ever", () => {
  expect(formatCmdline("/bin/sh\0-c\0sleep 1\0")).toBe("/bin/sh -c sleep 1");
  expect(formatCmdline("a\u001b[2Jb\nc\u202ed")).toBe("a\\x1b[2Jb\\x0ac\\xe2\\x80\\xaed");
  expect(formatCmdline("")).toBe("");
  expect(formatCmdline("x".repeat(3000))).toHaveLength(1000);
});

test("this very process is read, and one that is not there is not", () => {
  const own = readStat(process.pid);
  expect(own?.startTicks).toBeGreaterThan(0);
  expect(readIdentity(process.pid, "node")?.uid).toBe(process.geteuid?.());
  expect(readIdentity(process.pid, "node")?.nsPids[0]).toBe(process.pid);
  expect(readStat(4_194_304)).toBeNull();
  expect(readIdentity(4_194_304, "x")).toBeNull();
});

test("the kernel's units are read from the auxiliary vector", () => {
  expect(readKernelUnits().ticksPerSec).toBe(100);
  expect(Math.log2(readKernelUnits().pageBytes) % 1).toBe(0);
  expect(readKernelUnits(Buffer.alloc(0))).toEqual({ pageBytes: 4096, ticksPerSec: 100 });
});
