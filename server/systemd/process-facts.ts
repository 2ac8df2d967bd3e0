import { closeSync, openSync, readSync } from "node:fs";

import { isGone } from "./cgroup-accounting";

/** The part of proc_pid_stat(5) that changes all the time. */
export interface ProcessStat {
  comm: string;
  state: string;
  /** Processor time, user and system, in clock ticks. */
  cpuTicks: number;
  startTicks: number;
  residentPages: number;
  kernelThread: boolean;
}

/** What of a process stays as it is, or nearly. */
export interface ProcessIdentity {
  /** The effective one, on the host. */
  uid: number;
  /** Its PID in every namespace from the host's inwards (NSpid). */
  nsPids: number[];
  /** Its arguments, or [comm]. */
  command: string;
}

const PF_KTHREAD = 0x0020_0000;
/** As much of a file as is read: a command line can be megabytes long. */
const CHUNK = Buffer.allocUnsafe(4096);
const MAX_COMMAND = 1000;

/** At most 4 KiB of a file of procfs, by as few calls as can be; null where the process is gone. */
function readChunk(path: string): string | null {
  let file: number | null = null;
  try {
    file = openSync(path, "r");
    return CHUNK.toString("utf8", 0, readSync(file, CHUNK, 0, CHUNK.length, 0));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** Null where the process is gone. Blocks for some 10 µs. */
export function readStat(pid: number, proc = "/proc"): ProcessStat | null {
  const text = readChunk(`${proc}/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

/** "PID (COMM) STATE …": a name may hold parentheses and spaces, so the last parenthesis ends it. */
export function parseStat(text: string): ProcessStat | null {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open === -1 || close < open) return null;
  // From here a field has its number in the man page less three.
  const fields = text.slice(close + 2).split(" ");
  const field = (number: number) => Number(fields[number - 3]);
  const stat = {
    comm: text.slice(open + 1, close),
    state: fields[0] ?? "?",
    cpuTicks: field(14) + field(15),
    startTicks: field(22),
    residentPages: Math.max(0, field(24)),
    kernelThread: (field(9) & PF_KTHREAD) !== 0,
  };
  return Number.isFinite(stat.cpuTicks + stat.startTicks + stat.residentPages) ? stat : null;
}

/** Null where the process is gone. */
export function readIdentity(pid: number, comm: string, proc = "/proc"): ProcessIdentity | null {
  const status = readChunk(`${proc}/${pid}/status`);
  const cmdline = readChunk(`${proc}/${pid}/cmdline`);
  if (status === null || cmdline === null) return null;
  const { uid, nsPids } = parseStatus(status);
  return { uid, nsPids, command: formatCmdline(cmdline) || `[${printable(comm)}]` };
}

/** "Uid:" has the real, effective, saved and file system's one. */
export function parseStatus(text: string): { uid: number; nsPids: number[] } {
  const uid = /^Uid:\t\d+\t(\d+)/m.exec(text)?.[1];
  const nsPids = /^NSpid:((?:\t\d+)+)$/m.exec(text)?.[1];
  return { uid: Number(uid ?? 0), nsPids: (nsPids ?? "").split("\t").filter(Boolean).map(Number) };
}

/** Arguments end with a NUL each; as systemd-cgls prints them, with a space between. */
export function formatCmdline(text: string): string {
  const words = printable(text.replace(/\0+$/, "").replaceAll("\0", " ")).trim();
  return words.length > MAX_COMMAND ? `${words.slice(0, MAX_COMMAND - 1)}…` : words;
}

/** A process names itself: what would move a terminal's cursor is shown as \x1b. */
function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}
