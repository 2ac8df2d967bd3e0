import { expect, test } from "vitest";

import { parseNetDev } from "./machine-counters";

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
