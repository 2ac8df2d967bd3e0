import { type FileHandle, open } from "node:fs/promises";

import { type BuildLogLine, buildLogLineSchema } from "@/lib/build";
import { AppError } from "@/lib/errors";

const CHUNK_BYTES = 64 * 1024;

/** Reads a growing file of lines; a line whose end is not written yet waits. */
export class LogReader {
  #file: FileHandle | null = null;
  #position = 0;
  #rest = Buffer.alloc(0);
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);

  constructor(readonly path: string) {}

  /** Errors: UNAVAILABLE where the disk does not give what is there. */
  async *lines(): AsyncGenerator<BuildLogLine> {
    this.#file ??= await open(this.path, "r").catch(() => null);
    if (!this.#file) return;
    for (;;) {
      const { bytesRead } = await this.#file
        .read(this.#chunk, 0, CHUNK_BYTES, this.#position)
        .catch((error: unknown) => Promise.reject(unreadable(this.path, error)));
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      let text = Buffer.concat([this.#rest, this.#chunk.subarray(0, bytesRead)]);
      for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10)) {
        const parsed = buildLogLineSchema.safeParse(parseJson(text.subarray(0, end).toString("utf8")));
        text = text.subarray(end + 1);
        if (parsed.success) yield parsed.data;
      }
      this.#rest = Buffer.from(text);
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError("UNAVAILABLE", "The log of this build cannot be read.", {
    hint: `Look at ${path} on the host: is its disk in order?`,
    cause,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
