import { fstatSync } from "node:fs";
import pino, { type DestinationStream, type Logger } from "pino";

/** pino's levels as those of syslog(3). */
const SYSLOG_LEVELS: readonly [number, number][] = [
  [60, 2],
  [50, 3],
  [40, 4],
  [30, 6],
];
const SYSLOG_DEBUG = 7;

/** JSON lines on stdout. Where that is the journal each carries its level (sd-daemon(3)), so that `journalctl -p warning` finds it. */
export function createLogger(level: string): Logger {
  const stdout = pino.destination({ fd: 1, sync: true });
  return pino({ level }, isJournal() ? withSyslogLevel(stdout) : stdout);
}

/** systemd.exec(5): JOURNAL_STREAM names the socket; a child may have inherited the name and not the stream. */
function isJournal(): boolean {
  const { dev, ino } = fstatSync(1);
  return process.env["JOURNAL_STREAM"] === `${dev}:${ino}`;
}

/** Writes `<LEVEL>` before each line. */
export function withSyslogLevel(stream: DestinationStream): DestinationStream {
  return {
    write(line: string) {
      const level = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 30);
      stream.write(`<${SYSLOG_LEVELS.find(([least]) => level >= least)?.[1] ?? SYSLOG_DEBUG}>${line}`);
    },
  };
}
