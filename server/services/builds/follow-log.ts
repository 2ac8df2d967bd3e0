import { type FSWatcher, watch } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

import { type BuildLogLine, buildLogLineSchema, isEnded } from "@/lib/build";
import type { Deps } from "../deps";
import { getBuild } from "./read";

const CHUNK_BYTES = 64 * 1024;
/** inotify tells at once; this is for the file systems on which it is silent. */
const LOOK_AGAIN_MS = 2000;

/**
 * A build's log from line `from` on: what is written already, then what comes, until the build has ended and all of it was
 * told. Reads in chunks as fast as it is asked for lines, so a slow reader costs no memory. Errors: NOT_FOUND.
 */
export async function* followBuildLog(
  deps: Deps,
  input: { id: string; from?: number | undefined },
  signal: AbortSignal,
): AsyncGenerator<BuildLogLine> {
  await getBuild(deps, input.id);
  const files = deps.builds.files(input.id);
  const news = new News(files.directory, (wake) => deps.builds.onChange(input.id, wake), signal);
  const reader = new LineReader(files.log);
  let next = input.from ?? 1;
  try {
    while (!signal.aborted) {
      // Asked before the last read: a line written between the two is found by the read.
      const ended = isEnded((await getBuild(deps, input.id)).state);
      for await (const line of reader.lines()) {
        if (signal.aborted) return;
        if (line.seq < next) continue;
        next = line.seq + 1;
        yield line;
      }
      if (ended) return;
      await news.wait();
    }
  } finally {
    news.close();
    await reader.close();
  }
}

/** Reads a growing file of lines; a line whose end is not written yet waits. */
class LineReader {
  #file: FileHandle | null = null;
  #position = 0;
  #rest = Buffer.alloc(0);
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);

  constructor(readonly path: string) {}

  async *lines(): AsyncGenerator<BuildLogLine> {
    this.#file ??= await open(this.path, "r").catch(() => null);
    if (!this.#file) return;
    for (;;) {
      const { bytesRead } = await this.#file.read(this.#chunk, 0, CHUNK_BYTES, this.#position);
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Waits until something happened to a build. What happens between two waits ends the second at once. */
class News {
  #pending = false;
  #wake: () => void = () => {};
  readonly #stop: (() => void)[];

  constructor(directory: string, onChange: (wake: () => void) => () => void, signal: AbortSignal) {
    const tell = () => {
      this.#pending = true;
      this.#wake();
    };
    const timer = setInterval(tell, LOOK_AGAIN_MS);
    signal.addEventListener("abort", tell, { once: true });
    this.#stop = [
      onChange(tell),
      () => clearInterval(timer),
      () => signal.removeEventListener("abort", tell),
      watchDirectory(directory, tell),
    ];
  }

  async wait(): Promise<void> {
    if (!this.#pending) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#pending = false;
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }
}

function watchDirectory(directory: string, tell: () => void): () => void {
  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(directory, { persistent: false }, tell);
    watcher.on("error", () => watcher?.close());
  } catch {
    // No such directory any more: the timer is left.
  }
  return () => watcher?.close();
}
