import { describe, expect, it } from "vitest";

import { machineOfUnit, scopeOf } from "./signal-scope";

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
});

describe("scopeOf", () => {
  it.each([
    ["MachineNew", ["a", "/x"]],
    ["UnitRemoved", ["systemd-nspawn@a.service", "/x"]],
    ["JobRemoved", [7, "/x", "systemd-nspawn@a.service", "done"]],
  ])("%s concerns its machine", (member, body) => {
    expect(scopeOf(signal(member, body))).toEqual({ kind: "machine", name: "a" });
  });

  it("MachineRemoved tells that its machine is gone", () => {
    expect(scopeOf(signal("MachineRemoved", ["a", "/x"]))).toEqual({ kind: "machine-gone", name: "a" });
  });

  it.each([
    ["systemd_2dnspawn_40my_2dbox_2eservice", { kind: "machine", name: "my-box" }],
    ["var_2dlib_2dmachines_2emount", { kind: "pool" }],
    ["dbus_2eservice", { kind: "none" }],
  ])("reads the unit of the object path %s", (path, scope) => {
    const body = ["org.freedesktop.systemd1.Unit", {}, []];
    expect(scopeOf(signal("PropertiesChanged", body, `/org/freedesktop/systemd1/unit/${path}`))).toEqual(scope);
  });

  it.each([
    ["MachineNew", [".host", "/x"]],
    ["MachineRemoved", [".host", "/x"]],
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
  ])("%s concerns every machine", (member, body) => {
    expect(scopeOf(signal(member, body))).toEqual({ kind: "all" });
  });

  it.each([
    ["org.freedesktop.machine1", ":1.3", { kind: "list" }],
    ["org.freedesktop.machine1", "", { kind: "machined-gone" }],
    ["org.freedesktop.systemd1", ":1.3", { kind: "manager-new" }],
    ["org.freedesktop.systemd1", "", { kind: "none" }],
  ])("%s owned by %j", (name, owner, scope) => {
    expect(scopeOf(signal("NameOwnerChanged", [name, ":1.2", owner]))).toEqual(scope);
  });
});
