/** journalctl(1) as it is run here. */
export const JOURNALCTL = ["/usr/bin/journalctl", "--quiet", "--no-pager"] as const;

/** Run by a service it would else tell the journal, as an error of that service. */
export const JOURNALCTL_ENVIRONMENT = { SYSTEMD_LOG_TARGET: "console" };

/** Which journal: `--machine=NAME` of one that runs, `--directory=PATH` of files. */
export type JournalPlace = `--machine=${string}` | `--directory=${string}`;
