import { describe, expect, it, test } from "vitest";

import {
  compareUnits,
  diffUnits,
  filterUnits,
  formatUnitQuery,
  parseUnitQuery,
  riskOf,
  type Unit,
  unitNameSchema,
} from "./units";

const unit = (name: string, more: Partial<Unit> = {}): Unit => ({
  unit: name,
  description: name,
  load: "loaded",
  active: "active",
  sub: "running",
  job: null,
  ...more,
});

test.each(["ssh.service", "-.slice", "-.mount", "getty@tty1.service", "dev-disk-by\\x2duuid.device", "a.b.socket"])(
  "%s is a unit's name",
  (name) => expect(unitNameSchema.safeParse(name).success).toBe(true),
);

test.each(["", "ssh", "--help.service", "-x.service", ".service", "a b.service", "a/b.service", "a.txt", "é.service"])(
  "%j is none",
  (name) => expect(unitNameSchema.safeParse(name).success).toBe(false),
);

it("shows failed units first, then those on their way", () => {
  const units = [
    unit("b.service"),
    unit("a.service"),
    unit("z.service", { active: "failed" }),
    unit("y.service", { job: "start" }),
  ];
  expect(units.sort(compareUnits).map((one) => one.unit)).toEqual(["z.service", "y.service", "a.service", "b.service"]);
});

it("filters by text, type and state", () => {
  const units = [
    unit("ssh.service"),
    unit("ssh.socket", { description: "OpenSSH" }),
    unit("x.service", { active: "failed" }),
  ];
  const names = (filter: Parameters<typeof filterUnits>[1]) => filterUnits(units, filter).map((one) => one.unit);
  expect(names({ text: "openssh", type: null, active: null })).toEqual(["ssh.socket"]);
  expect(names({ text: "", type: "service", active: null })).toEqual(["ssh.service", "x.service"]);
  expect(names({ text: "", type: null, active: "failed" })).toEqual(["x.service"]);
});

describe("diffUnits", () => {
  it("tells what is new, different or gone, and nothing else", () => {
    const before = new Map([unit("a.service"), unit("b.service"), unit("c.service")].map((one) => [one.unit, one]));
    const changed = unit("b.service", { sub: "exited" });
    expect(diffUnits(before, [unit("a.service"), changed, unit("d.service")])).toEqual({
      upserts: [changed, unit("d.service")],
      removed: ["c.service"],
    });
  });
});

test.each([
  ["stop", "dbus.service", "bus"],
  ["restart", "dbus.socket", "bus"],
  ["stop", "systemd-networkd.service", "network"],
  ["restart", "systemd-networkd.service", null],
  ["stop", "ssh.service", "login"],
  ["stop", "basic.target", "everything"],
  ["start", "poweroff.target", "machine"],
  ["start", "dbus.service", null],
  ["stop", "nginx.service", null],
  ["resetFailed", "dbus.service", null],
] as const)("%s %s risks %s", (verb, unit, risk) => {
  expect(riskOf(verb, unit)).toBe(risk);
});

test("what is shown survives the address; what nobody could have chosen counts as not given", () => {
  const query = { text: "net", type: "service", active: "failed", unit: "ssh.service" };
  expect(parseUnitQuery(formatUnitQuery(query))).toEqual(query);
  expect(parseUnitQuery(new URLSearchParams("type=x&state=A B&unit=../x"))).toEqual({
    text: "",
    type: null,
    active: null,
    unit: null,
  });
});
