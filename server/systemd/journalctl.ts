/** journalctl(1) as it is run here. */
export const JOURNALCTL = ["/usr/bin/journalctl", "--quiet", "--no-pager"] as const;

/** Run by a service it would else tell the journal, as an error of that service. */
export const JOURNALCTL_ENVIRONMENT = { SYSTEMD_LOG_TARGET: "console" };

/** Where it is to tell of damaged entries as well: it leaves them out and goes on, and says so at its debug level alone. */
export const OUTSPOKEN_ENVIRONMENT = { SYSTEMD_LOG_TARGET: "console-prefixed", SYSTEMD_LOG_LEVEL: "debug" };

/** Which journal: `--machine=NAME` of one that runs, `--directory=PATH` of files. */
export type JournalPlace = `--machine=${string}` | `--directory=${string}`;
