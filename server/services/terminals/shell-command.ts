import { EXIT_STATUS_OSC } from "./terminal-screen";

/**
 * `machinectl shell` ends with 0 whatever ran in it (systemd 252-257). So it runs this, which tells the status in an escape
 * sequence that no terminal shows. Without a command it starts the user's login shell, as machined itself does. Nothing of a
 * user's is in the script: the command follows as arguments. The traps keep it alive over a ^C meant for the command.
 */
const SCRIPT = `trap : INT QUIT
if [ "$#" -eq 0 ]; then
  shell=$(getent passwd "$(id -u)" 2>/dev/null | { IFS=: read -r _ _ _ _ _ _ x; echo "$x"; })
  set -- "\${shell:-/bin/sh}" -l
fi
"$@"
status=$?
printf '\\033]${EXIT_STATUS_OSC};%s\\033\\\\' "$status"
exit "$status"`;

/** What is really run for `machinectl shell USER@NAME COMMAND…`, as argv. */
export function shellArgv(target: readonly string[], command: readonly string[] = []): string[] {
  return [...target, "/bin/sh", "-c", SCRIPT, "sh", ...command];
}
