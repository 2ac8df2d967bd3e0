import { describe, expect, it } from "vitest";

import { machineOfUnit, machineOfUnitPath, scopeOf } from "./signal-scope";

const signal = (member: string, body: unknown[], path = "/org/freedesktop/systemd1") => ({ member, body, path });

describe("machineOfUnit", () => {
  it.each([
    ["systemd-nspawn@my-box.service", "my-box"],
    ["systemd-nspawn@a.b.service", "a.b"],
    ["machine-my\\x2dbox.scope", "my-box"],
    ["systemd-nspawn@.service", null],
    ["machine-a.service", null],
    ["systemd-nspawn@a.scope", null],
    ["machines.target", null],
    ["dbus.service", null],
  ])("reads %s as %s", (unit, name) => expect(machineOfUnit(unit)).toBe(name));

  it("reads object paths", () => {
    const path = "/org/freedesktop/systemd1/unit/systemd_2dnspawn_40my_2dbox_2eservice";
    expect(machineOfUnitPath(path)).toBe("my-box");
    expect(machineOfUnitPath("/org/freedesktop/systemd1/unit/dbus_2eservice")).toBeNull();
    expect(machineOfUnitPath("/org/freedesktop/machine1")).toBeNull();
  });
});

describe("scopeOf", () => {
  it.each([
    ["MachineNew", ["a", "/x"]],
    ["MachineRemoved", ["a", "/x"]],
    ["UnitRemoved", ["systemd-nspawn@a.service", "/x"]],
    ["JobRemoved", [7, "/x", "systemd-nspawn@a.service", "done"]],
  ])("%s concerns its machine", (member, body) => {
    expect(scopeOf(signal(member, body))).toEqual({ kind: "machine", name: "a" });
  });

  it.each([
    ["MachineNew", [".host", "/x"]],
    ["UnitNew", ["var-lib-machines-a.mount", "/x"]],
    ["JobNew", [7, "/x", "dbus.service"]],
    ["Reloading", [true]],
    ["StartupFinished", [0, 0]],
  ])("%s of %j concerns nothing here", (member, body) => {
    expect(scopeOf(signal(member, body))).toEqual({ kind: "none" });
  });

  it.each([
    ["UnitFilesChanged", []],
    ["Reloading", [false]],
    ["NameOwnerChanged", ["org.freedesktop.machine1", ":1.2", ":1.3"]],
  ])("%s concerns every machine", (member, body) => {
    expect(scopeOf(signal(member, body))).toEqual({ kind: "all" });
  });
});
