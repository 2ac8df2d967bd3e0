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
  login: (name: string) => ["machinectl", "login", name],
  shell: (name: string, user: string, command: readonly string[] = []) => [
    "machinectl",
    "shell",
    `${user}@${name}`,
    ...command,
  ],
} as const;

/** Quotes argv for display, so that it can be pasted into a POSIX shell. Nothing here is ever given to a shell by Machineroom. */
export function formatCommand(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}
