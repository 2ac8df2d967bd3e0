import { type FileHandle, open } from "node:fs/promises";

import { parseCastEnd, parseCastEvent, parseCastHeader, type Recording } from "@/lib/recording";

/** A header has a few hundred bytes. */
const HEAD_BYTES = 8 * 1024;
/** Room for the last whole line and, behind it, one that was cut off. An event has at most MAX_EVENT_BYTES, escaped. */
const TAIL_BYTES = 64 * 1024;

export interface StoredRecording extends Omit<Recording, "live"> {
  /** Up to the end of the last whole line: what comes after it was cut off when the api was killed, or is being written. */
  wholeBytes: number;
}

/** What a recording's file says of itself, from its first and last lines; null where it is none. */
export async function readStoredRecording(path: string, id: string): Promise<StoredRecording | null> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const head = await readAt(file, 0, Math.min(HEAD_BYTES, size));
    const headerBytes = head.indexOf("\n") + 1;
    const header = parseCastHeader(head.subarray(0, headerBytes).toString("utf8"));
    if (!header) return null;
    const from = Math.max(size - TAIL_BYTES, 0);
    const tail = await readAt(file, from, size - from);
    const end = tail.lastIndexOf("\n") + 1;
    const last = tail.subarray(tail.lastIndexOf("\n", end - 2) + 1, end).toString("utf8");
    const ended = parseCastEnd(last);
    const { machine, kind, user, recordedBy, recordedById } = header.machineroom;
    return {
      id,
      machine,
      kind,
      user,
      recordedBy,
      recordedById,
      startedAt: new Date(header.timestamp * 1000).toISOString(),
      durationMs: Math.round(((ended ?? parseCastEvent(last))?.at ?? 0) * 1000),
      sizeBytes: size,
      end: ended?.why ?? null,
      cols: header.width,
      rows: header.height,
      wholeBytes: end === 0 ? headerBytes : from + end,
    };
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
