import { lstat, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";

import { readKernelUnits } from "./auxv";
import { readStat } from "./process-facts";

/** What runs as a machine's first process, as far as its own bus is concerned. */
export interface Init {
  /** sd_booted(3), or systemd that has only just begun. */
  systemd: boolean;
  /** D-Bus is installed: its socket will come, or is there. */
  dbus: boolean;
  /** It has only just started: a script that will become systemd (NixOS has one), or makes the units of D-Bus, may not be through yet. */
  young: boolean;
}

/** Where systemd looks for units (systemd.unit(5)). */
const UNIT_DIRECTORIES = [
  ...["etc/systemd/system", "run/systemd/system", "run/systemd/generator"],
  ...["usr/local/lib/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"],
];
const DBUS_SOCKETS = ["run/dbus/system_bus_socket", ...UNIT_DIRECTORIES.map((directory) => `${directory}/dbus.socket`)];
const YOUNG_SEC = 5;
/** nspawn's child before it has become the machine's init, and its stub of one. */
const NOT_YET_INIT = ["systemd-nspawn", "(sd-"];

/** Looks at a leader through /proc. What cannot be seen counts as not there; null where the leader itself has gone. */
export async function inspectInit(leaderPid: number, proc = "/proc"): Promise<Init | null> {
  const root = `${proc}/${leaderPid}/root`;
  const [booted, program, uptime, ...sockets] = await Promise.all([
    isThere(join(root, "run/systemd/system")),
    readlink(`${proc}/${leaderPid}/exe`).then(basename, () => ""),
    readFile(`${proc}/uptime`, "utf8"),
    ...DBUS_SOCKETS.map((path) => isThere(join(root, path))),
  ]);
  // Looked at last: one that is there now was there all the time.
  const stat = readStat(leaderPid, proc);
  if (stat === null || stat.state === "Z" || stat.state === "X") return null;
  const beginning = program === "systemd" || NOT_YET_INIT.some((name) => program.startsWith(name));
  const ageSec = Number.parseFloat(uptime) - stat.startTicks / readKernelUnits().ticksPerSec;
  return { systemd: booted || beginning, dbus: sockets.includes(true), young: ageSec < YOUNG_SEC };
}

/** The boot id of a machine, as its journal has it (32 hex digits): nspawn gives each start one of its own. Null where it cannot be read. */
export async function readBootId(leaderPid: number): Promise<string | null> {
  const path = `/proc/${leaderPid}/root/proc/sys/kernel/random/boot_id`;
  const text = await readFile(path, "utf8").catch(() => "");
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\n?$/.test(text) ? text.trim().replaceAll("-", "") : null;
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
