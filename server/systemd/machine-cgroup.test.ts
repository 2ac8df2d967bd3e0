import { describe, expect, test } from "vitest";

import { locateMachine, parseProcessCgroup, unitOf } from "./machine-cgroup";

const UNIT = "systemd-nspawn@a.service";
const ROOT = `/machine.slice/${UNIT}`;
const BOOTED = { root: ROOT, payload: `${ROOT}/payload`, systemd: true };

test("the group of a process is that of the hierarchy systemd works with", () => {
  const text = "9:name=systemd:/one\n4:memory:/two\n0::/three/a:b\n";
  expect(parseProcessCgroup(text, true)).toBe("/three/a:b");
  expect(parseProcessCgroup(text, false)).toBe("/one");
  expect(parseProcessCgroup("0::/gone.service (deleted)\n", true)).toBe("/gone.service");
  expect(parseProcessCgroup("4:memory:/two\n", true)).toBeNull();
});

describe("a machine", () => {
  test("that has booted is found by its init", () => {
    expect(locateMachine(`${ROOT}/payload/init.scope`, UNIT)).toEqual(BOOTED);
  });

  test("that runs a program has no units of its own", () => {
    const found = { root: ROOT, payload: `${ROOT}/payload`, systemd: false };
    expect(locateMachine(`${ROOT}/payload`, UNIT)).toEqual(found);
    expect(unitOf(`${ROOT}/payload/x.service`, found)).toBeNull();
  });

  test("of another registrar lies in its scope itself", () => {
    const path = "/machine.slice/machine-vm.scope";
    expect(locateMachine(path, "machine-vm.scope")).toEqual({ root: path, payload: path, systemd: false });
    expect(locateMachine(`${path}/libvirt/emulator`, "machine-vm.scope")?.payload).toBe(path);
  });

  test("within a machine is found by the innermost of that name", () => {
    expect(locateMachine(`${ROOT}/payload${ROOT}/payload/init.scope`, UNIT)?.root).toBe(`${ROOT}/payload${ROOT}`);
  });

  test("that has gone, or was put elsewhere, is not found", () => {
    expect(locateMachine(null, UNIT)).toBeNull();
    expect(locateMachine("/", UNIT)).toBeNull();
    expect(locateMachine("/system.slice/other.service", UNIT)).toBeNull();
  });
});

test.each([
  [ROOT, UNIT],
  [`${ROOT}/payload`, null],
  [`${ROOT}/supervisor`, null],
  [`${ROOT}/payload/init.scope`, "init.scope"],
  [`${ROOT}/payload/system.slice`, "system.slice"],
  [`${ROOT}/payload/system.slice/dbus.service`, "dbus.service"],
  [`${ROOT}/payload/system.slice/_cpu.service`, "cpu.service"],
  [`${ROOT}/payload/system.slice/system-getty.slice/getty@tty1.service`, "getty@tty1.service"],
  [`${ROOT}/payload/system.slice/dbus.service/inner`, null],
  [`${ROOT}/payload/user.slice/user-0.slice/user@0.service/app.slice`, null],
  [`${ROOT}/payload/user.slice/user-0.slice/user@0.service/init.scope`, null],
  [`${ROOT}/payload/odd`, null],
  ["/system.slice/dbus.service", null],
])("the unit of %s is %s", (path, unit) => {
  expect(unitOf(path, BOOTED)).toBe(unit);
});
