import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

import type { CastHeader } from "@/lib/recording";
import type { RecordingEnd, TerminalSize } from "@/lib/terminal";
import { CastEncoder, MAX_END_BYTES } from "./cast-encoder";

/** Lines a slow disk has not taken yet; a terminal is never held back for its recording. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** Where the lines go; nothing is there before the first of them. */
export interface LineSink {
  write(data: Buffer): Promise<void>;
  close(): Promise<void>;
}

export interface RecordingFileOptions {
  sink: LineSink;
  header: CastHeader;
  limitBytes: number;
  /** Told once, when nothing more will be written. */
  onEnd: (end: RecordingEnd) => void;
  /** What waited at the end did not reach the disk. */
  onLost: (error: unknown) => void;
}

/**
 * One recording that is being made. Lines wait in memory while the disk takes those before, so that a terminal waits for no disk; all
 * that can go wrong ends the recording and nothing else.
 */
export class RecordingFile {
  readonly #encoder = new CastEncoder();
  readonly #sink: LineSink;
  readonly #limitBytes: number;
  readonly #onEnd: (end: RecordingEnd) => void;
  readonly #onLost: (error: unknown) => void;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #bytes = 0;
  #ended = false;
  #writing: Promise<void> | null = null;

  constructor({ sink, header, limitBytes, onEnd, onLost }: RecordingFileOptions) {
    this.#sink = sink;
    this.#limitBytes = limitBytes;
    this.#onEnd = onEnd;
    this.#onLost = onLost;
    this.#keep(CastEncoder.header(header));
  }

  output(data: Buffer): void {
    this.#add(this.#encoder.output(data));
  }

  resized(size: TerminalSize): void {
    this.#add(this.#encoder.resize(size));
  }

  /** Takes nothing more; what waits is still written. */
  end(why: RecordingEnd["why"], error: string | null = null): void {
    if (this.#ended) return;
    this.#ended = true;
    if (why !== "disk") this.#keep(this.#encoder.end(why));
    this.#writing ??= this.#drain();
    this.#onEnd({ why, limitBytes: this.#limitBytes, error });
  }

  /** Resolves when what waited at the end is in the file, or was given up. */
  async closed(): Promise<void> {
    await this.#writing;
  }

  #add(lines: string): void {
    if (this.#ended || lines === "") return;
    const bytes = Buffer.byteLength(lines);
    if (this.#bytes + bytes + MAX_END_BYTES > this.#limitBytes) this.end("limit");
    else if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) this.end("slow");
    else {
      this.#keep(lines);
      this.#writing ??= this.#drain();
    }
  }

  #keep(lines: string): void {
    const bytes = Buffer.byteLength(lines);
    this.#bytes += bytes;
    this.#waitingBytes += bytes;
    this.#waiting.push(lines);
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const data = Buffer.from(this.#waiting.splice(0).join(""));
        await this.#sink.write(data);
        this.#waitingBytes -= data.length;
      }
      if (this.#ended) await this.#sink.close();
      else this.#writing = null;
    } catch (error) {
      this.#waiting = [];
      await this.#sink.close().catch(() => undefined);
      // Everybody was told already why it ended.
      if (this.#ended) this.#onLost(error);
      else this.end("disk", error instanceof Error ? error.message : String(error));
    }
  }
}

/** A new file that only root reads, in a directory that is made where it is not there. */
export function fileSink(path: string): LineSink {
  let file: FileHandle | null = null;
  return {
    async write(data) {
      if (!file) {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        file = await open(path, "wx", 0o600);
      }
      await file.writeFile(data);
    },
    async close() {
      await file?.close();
    },
  };
}
