import { expect, test } from "vitest";

import { parseNetDev, parseUnitGroup } from "./machine-counters";

const HEAD = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;
const row = (name: string, rx: number, tx: number) =>
  `${name.padStart(6)}: ${rx}      18    0    0    0     0          0         0 ${tx}      16    0    0    0     0       0          0\n`;

test("the network of a machine is its end of nspawn's cable", () => {
  expect(parseNetDev(HEAD + row("lo", 9, 9) + row("host0", 1200, 3400) + row("docker0", 1200, 3400))).toEqual({
    rxBytes: 1200,
    txBytes: 3400,
  });
});

test("without that it is the sum of all but the loopback", () => {
  expect(parseNetDev(HEAD + row("lo", 9, 9) + row("mv-eno1", 10, 20) + row("vb-x", 1, 2))).toEqual({
    rxBytes: 11,
    txBytes: 22,
  });
  expect(parseNetDev(HEAD + row("lo", 9, 9))).toBeNull();
});

test.each([
  ["0::/machine.slice/systemd-nspawn@a.service/payload/init.scope\n", "/machine.slice/systemd-nspawn@a.service"],
  [
    "12:pids:/\n1:name=systemd:/machine.slice/systemd-nspawn@a.service/payload\n0::/machine.slice/systemd-nspawn@a.service\n",
    "/machine.slice/systemd-nspawn@a.service",
  ],
  ["4:memory:/machine.slice/systemd-nspawn@a.service\n0::/\n", null],
  ["0::/machine.slice/systemd-nspawn@ab.service\n", null],
  ["", null],
])("the group of a unit in %j", (text, path) => {
  expect(parseUnitGroup(text, "systemd-nspawn@a.service")).toBe(path);
});
