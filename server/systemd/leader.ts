import { lstat, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";

/** What runs as a machine's first process, as far as its own bus is concerned. */
export interface Init {
  /** sd_booted(3), or systemd that has only just begun. */
  systemd: boolean;
  /** D-Bus is installed: its socket will come, or is there. */
  dbus: boolean;
}

const DBUS_SOCKETS = [
  "run/dbus/system_bus_socket",
  "usr/lib/systemd/system/dbus.socket",
  "lib/systemd/system/dbus.socket",
];
/** nspawn's child before it has become the machine's init, and its stub of one. */
const NOT_YET_INIT = ["systemd-nspawn", "(sd-"];

/** Looks at a leader through /proc. What has ended meanwhile, or cannot be seen, counts as not there. */
export async function inspectInit(leaderPid: number): Promise<Init> {
  const root = `/proc/${leaderPid}/root`;
  const [booted, program, ...sockets] = await Promise.all([
    isThere(join(root, "run/systemd/system")),
    readlink(`/proc/${leaderPid}/exe`).then(basename, () => ""),
    ...DBUS_SOCKETS.map((path) => isThere(join(root, path))),
  ]);
  const beginning = program === "systemd" || NOT_YET_INIT.some((name) => program.startsWith(name));
  return { systemd: booted || beginning, dbus: sockets.includes(true) };
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
