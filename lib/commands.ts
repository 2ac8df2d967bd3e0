import type { BindMount, CopyFiles } from "./machine";

interface ExecCommand {
  unit: string;
  user: string;
  limitSec: number;
  command: readonly string[];
}

interface RunOnceCommand {
  unit: string;
  limitSec: number;
  image: { path: string; isDisk: boolean };
  network: boolean;
  command: readonly string[];
}

/**
 * The command lines Machineroom's actions stand for, as argv. The server runs the same argv (or the D-Bus call machinectl
 * itself makes from these arguments) and stores it with the audit entry; the page shows it. One place, so they cannot differ.
 */
export const machineCommands = {
  start: (name: string) => ["machinectl", "start", name],
  poweroff: (name: string) => ["machinectl", "poweroff", name],
  reboot: (name: string) => ["machinectl", "reboot", name],
  terminate: (name: string) => ["machinectl", "terminate", name],
  enable: (name: string) => ["machinectl", "enable", name],
  disable: (name: string) => ["machinectl", "disable", name],
  kill: (name: string, whom: "leader" | "all", signal: string | number) => [
    "machinectl",
    "kill",
    `--kill-whom=${whom}`,
    `--signal=${signal}`,
    name,
  ],
  /** A service of the machine's own systemd: `unit` names it, so that it can be stopped; systemd ends it after `limitSec` whatever happens. */
  exec: (name: string, { unit, user, limitSec, command }: ExecCommand) => [
    "systemd-run",
    `--machine=${name}`,
    "--wait",
    "--pipe",
    "--collect",
    `--unit=${unit}`,
    `--uid=${user}`,
    `--property=RuntimeMaxSec=${limitSec}s`,
    "--property=TimeoutStopSec=5s",
    "--",
    ...keepDollars(command),
  ],
  /**
   * A snapshot of an image runs one command and is thrown away. nspawn is run in a unit of its own, so that nothing of it is left
   * should the api die. The image's .nspawn file is not read: what it binds would not be thrown away. SIGTERM is blocked until
   * nspawn takes it up: it would end nspawn between making the snapshot and being ready to remove it.
   */
  runOnce: ({ unit, limitSec, image, network, command }: RunOnceCommand) => [
    "systemd-run",
    "--wait",
    "--pipe",
    "--collect",
    `--unit=${unit}`,
    "--slice=machine.slice",
    "--property=Delegate=yes",
    "--property=KillMode=mixed",
    `--property=RuntimeMaxSec=${limitSec}s`,
    "--property=TimeoutStopSec=60s",
    "--",
    ...keepDollars([
      "/usr/bin/env",
      "--block-signal=TERM",
      "/usr/bin/systemd-nspawn",
      "--quiet",
      "--keep-unit",
      "--register=no",
      "--pipe",
      "--ephemeral",
      `--machine=${unit.replace(/\.service$/, "")}`,
      `--${image.isDisk ? "image" : "directory"}=${image.path}`,
      "--settings=no",
      "--private-users=pick",
      "--link-journal=no",
      "--timezone=off",
      ...(network ? [] : ["--private-network", "--resolv-conf=off"]),
      "--as-pid2",
      "--",
      ...command,
    ]),
  ],
  bind: ({ name, source, destination, readOnly, mkdir }: BindMount) => [
    "machinectl",
    "bind",
    ...(readOnly ? ["--read-only"] : []),
    ...(mkdir ? ["--mkdir"] : []),
    name,
    source,
    ...(destination ? [destination] : []),
  ],
  copyTo: (input: CopyFiles) => ["machinectl", "copy-to", ...copyArguments(input)],
  copyFrom: (input: CopyFiles) => ["machinectl", "copy-from", ...copyArguments(input)],
  /** `path` is the list on the host; GNU sed writes it anew beside itself and renames it, as Machineroom does. */
  allowRootLogin: (path: string, terminals: readonly string[]) => ["sed", "-i", `$a${terminals.join("\\n")}`, path],
  login: (name: string) => ["machinectl", "login", name],
  shell: (name: string, user: string, command: readonly string[] = []) => [
    "machinectl",
    "shell",
    `${user}@${name}`,
    ...command,
  ],
  /**
   * The console's last thousand lines, with their escape sequences, and what follows. Of a journal that is named, `--follow` takes the
   * last boot in it; else it goes by the kernel's boot ID, which is another where the host is a container itself. Where nothing is
   * there yet, all that comes: from an end without a line, journalctl goes on with the last of the first lines it is woken for.
   */
  console: (unit: string, directory: string, isEmpty: boolean) => [
    "journalctl",
    `--directory=${directory}`,
    "--unit",
    unit,
    "--follow",
    isEmpty ? "--no-tail" : "--lines=1000",
    "--output=cat",
    "--all",
  ],
} as const;

/** systemd expands $VAR in every word but the first of a service's command, and reads $$ as $ (systemd.service(5)). */
function keepDollars([program = "", ...words]: readonly string[]): string[] {
  return [program, ...words.map((word) => word.replaceAll("$", "$$$$"))];
}

function copyArguments({ name, source, destination, force }: CopyFiles): string[] {
  return [...(force ? ["--force"] : []), name, source, ...(destination ? [destination] : [])];
}

/** Quotes argv for display, so that it can be pasted into a POSIX shell. Nothing here is ever given to a shell by Machineroom. */
export function formatCommand(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}
