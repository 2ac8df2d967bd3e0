import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { FINDINGS } from "@/lib/findings";
import { findProblems, isWarning } from "./findings";

/** Lines of real journals (systemd 252), each of a start that was made to fail in this way. */
const SEEN: [message: string, code: keyof typeof FINDINGS, subject: string][] = [
  ["No image for machine 'nosuchimg'.", "imageMissing", "nosuchimg"],
  [
    "Directory /var/lib/machines/f6 doesn't look like an OS root directory (os-release file is missing). Refusing.",
    "notAnOs",
    "/var/lib/machines/f6",
  ],
  ["/srv/zero.raw: Couldn't identify a suitable partition table or file system.", "notADisk", ""],
  ["Failed to set up loopback block device: No such file or directory", "noLoopDevice", "No such file or directory"],
  ["Failed to stat /srv/mail: No such file or directory", "bindMissing", "/srv/mail"],
  ["Failed to stat /srv/a b: No such file or directory", "bindMissing", "/srv/a b"],
  ["Cannot bind mount file /etc/hostname on directory /var/lib/machines/g3/etc.", "bindMismatch", "/etc/hostname"],
  [
    'Failed to mount overlay (type overlay) on /var/lib/machines/f1/mnt (0 "lowerdir=/srv/lower,upperdir=/srv/upper,workdir=/srv/.#upperdaad447f5fb3de06"): No such file or directory',
    "overlayFailed",
    "/var/lib/machines/f1/mnt",
  ],
  ["Failed to add interface vb-f1 to bridge br9: No such device", "bridgeMissing", "br9"],
  ['Failed to resolve interface "eth9": No such device', "interfaceMissing", "eth9"],
  ["Failed to add new veth interfaces (ve-g2:host0): File exists", "interfaceExists", "ve-g2"],
  [
    "/etc/systemd/nspawn/f1.nspawn:2: Failed to parse file: Bad message",
    "settingsInvalid",
    "/etc/systemd/nspawn/f1.nspawn:2: Failed to parse file: Bad message",
  ],
  [
    "/etc/systemd/nspawn/f1.nspawn:2: Invalid section header '[Exec'",
    "settingsInvalid",
    "/etc/systemd/nspawn/f1.nspawn:2: Invalid section header '[Exec'",
  ],
  [
    "/etc/systemd/nspawn/f1.nspawn:2: Invalid temporary file system specification relative: Invalid argument",
    "settingsInvalid",
    "/etc/systemd/nspawn/f1.nspawn:2: Invalid temporary file system specification relative: Invalid argument",
  ],
  [
    "execv(/usr/lib/systemd/systemd, /lib/systemd/systemd, /sbin/init) failed: No such file or directory",
    "initMissing",
    "",
  ],
  ["execv(/nonexistent) failed: No such file or directory", "programFailed", "/nonexistent"],
  ["Failed to resolve user 'nobodyhere': No such process", "userMissing", "nobodyhere"],
  ["Failed to resolve user nobodyhere.", "userMissing", "nobodyhere"],
  [
    "Failed to change to specified working directory /nonexist: No such file or directory",
    "workingDirectoryMissing",
    "/nonexist",
  ],
  ["Directory tree /var/lib/machines/g1 is currently busy.", "treeBusy", "/var/lib/machines/g1"],
  ["Failed to register machine: Machine 'g2' already exists", "nameTaken", "g2"],
  [
    "UID and GID base of /var/lib/machines/h1 don't match.",
    "userRange",
    "UID and GID base of /var/lib/machines/h1 don't match.",
  ],
  ["UID base too high for UID range.", "userRange", "UID base too high for UID range."],
  [
    "systemd-nspawn@g3.service: Failed at step EXEC spawning /usr/bin/no-such-nspawn: No such file or directory",
    "nspawnMissing",
    "/usr/bin/no-such-nspawn",
  ],
  ["systemd-nspawn@f7.service: start operation timed out. Terminating.", "timedOut", ""],
  ["systemd-nspawn@h1.service: Main process exited, code=killed, status=9/KILL", "killed", "KILL"],
  [
    "systemd-nspawn@g3.service - Container g3 was skipped because of an unmet condition check (ConditionPathExists=/nothere).",
    "conditionUnmet",
    "ConditionPathExists=/nothere",
  ],
  ["systemd-nspawn@g3.service: Starting requested but asserts failed.", "assertionFailed", ""],
  ["systemd-nspawn@f8.service: Start request repeated too quickly.", "startLimit", "systemd-nspawn@f8.service"],
];

const WARNED = [
  "/etc/systemd/nspawn/f1.nspawn:6: Unknown section 'Resource'. Ignoring.",
  "/etc/systemd/nspawn/f1.nspawn:5: Failed to parse host port tcp:99999: Numerical result out of range",
  "/etc/systemd/nspawn/f1.nspawn:4: Unknown key 'Foo' in section [Network], ignoring.",
  "/etc/systemd/nspawn/f1.nspawn:2: UID/GID range invalid, ignoring: 99999999999",
  "/etc/systemd/nspawn/f1.nspawn:2: Invalid network zone name, ignoring: toolongzonenamehere",
  "/etc/systemd/nspawn/f1.nspawn:1: Assignment outside of section. Ignoring.",
];

/** What a healthy start and an orderly end write. */
const HARMLESS = [
  "Starting systemd-nspawn@f1.service - Container f1...",
  "Started systemd-nspawn@f1.service - Container f1.",
  "systemd-nspawn@f1.service: Main process exited, code=exited, status=1/FAILURE",
  "systemd-nspawn@f1.service: Failed with result 'exit-code'.",
  "Failed to create symlink /sys/fs/cgroup/cpuacct: File exists",
  "Detected virtualization systemd-nspawn.",
  "Welcome to Debian GNU/Linux 12 (bookworm)!",
];

describe("findings", () => {
  it.each(SEEN)("%s", (message, code, subject) => {
    const [found, ...more] = findProblems([...HARMLESS, message]);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ code, subject });
    expect(found && isWarning(found)).toBe(false);
    expect(`${found?.problem} ${found?.hint}`).toContain(subject);
    expect(found?.hint).toMatch(/\.$/);
    expect(`${found?.problem} ${found?.hint}`).not.toMatch(/[{}<>]/);
  });

  it.each(WARNED)("only warns: %s", (message) => {
    const found = findProblems([message]);
    expect(found).toMatchObject([{ code: "settingsIgnored", subject: message }]);
    expect(found.every(isWarning)).toBe(true);
  });

  it("finds nothing in what is harmless", () => expect(findProblems(HARMLESS)).toEqual([]));

  it("does not blame the signal systemd itself sent", () => {
    const found = findProblems([
      "systemd-nspawn@f7.service: start operation timed out. Terminating.",
      "Container f7 terminated by signal KILL.",
    ]);
    expect(found.map(({ code }) => code)).toEqual(["timedOut"]);
  });

  it("names each problem once, and warnings last", () => {
    const [warning = ""] = WARNED;
    const found = findProblems([warning, "Failed to stat /srv/mail: No such file or directory", warning]);
    expect(found.map(({ code }) => code)).toEqual(["bindMissing", "settingsIgnored"]);
  });

  it("puts the subject into the text as it is", () => {
    const subject = fc.string({ minLength: 1 }).filter((text) => !/[\n\r\u2028\u2029]/.test(text));
    fc.assert(
      fc.property(subject, (text) => {
        const [found] = findProblems([`No image for machine '${text}'.`]);
        expect(found?.problem).toBe(`There is no image for ${text}.`);
      }),
    );
  });
});
