import { createReadStream } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { recordingIdSchema } from "@/lib/recording";
import { fileSink, type LineSink } from "./recording-file";
import { readStoredRecording, type StoredRecording } from "./stored-recording";

const SUFFIX = ".cast";

export interface RecordingStoreOptions {
  directory: string;
  /** The newest so many are kept, for so long. */
  kept: number;
  keptMs: number;
}

/** The files of the recordings, one each. What is known of a recording is in its file, so nothing can fall out of step with it. */
export class RecordingStore {
  readonly #options: RecordingStoreOptions;

  constructor(options: RecordingStoreOptions) {
    this.#options = options;
  }

  create(id: string): LineSink {
    return fileSink(this.#pathOf(id));
  }

  /** Newest first. */
  async list(): Promise<StoredRecording[]> {
    const found = await Promise.all((await this.#ids()).map((id) => this.find(id)));
    return found.flatMap((one) => one ?? []).sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  }

  /** Null where there is none, or the file is no recording. */
  async find(id: string): Promise<StoredRecording | null> {
    return readStoredRecording(this.#pathOf(id), id).catch((error: unknown) => nullIfMissing(error));
  }

  /** Its whole lines. */
  read({ id, wholeBytes }: StoredRecording): Readable {
    return createReadStream(this.#pathOf(id), { end: wholeBytes - 1 });
  }

  async remove(id: string): Promise<void> {
    await rm(this.#pathOf(id), { force: true });
  }

  /** Removes what is too old or too many, `live` ones apart. Returns the ids removed. */
  async sweep(live: ReadonlySet<string>): Promise<string[]> {
    const { kept, keptMs } = this.#options;
    const ids = (await this.#ids()).filter((id) => !live.has(id));
    const aged = await Promise.all(
      ids.map(async (id) => ({
        id,
        at: await stat(this.#pathOf(id)).then(
          (info) => info.mtimeMs,
          () => 0,
        ),
      })),
    );
    const newestFirst = aged.sort((a, b) => b.at - a.at);
    const old = newestFirst.filter(
      ({ at }, index) => index >= Math.max(kept - live.size, 0) || Date.now() - at > keptMs,
    );
    await Promise.all(old.map(({ id }) => this.remove(id)));
    return old.map(({ id }) => id);
  }

  async #ids(): Promise<string[]> {
    const names = await readdir(this.#options.directory).catch((error: unknown) => nullIfMissing(error) ?? []);
    return names.flatMap((name) => (name.endsWith(SUFFIX) ? (idOf(name) ?? []) : []));
  }

  #pathOf(id: string): string {
    return join(this.#options.directory, `${id}${SUFFIX}`);
  }
}

function idOf(name: string): string | undefined {
  return recordingIdSchema.safeParse(name.slice(0, -SUFFIX.length)).data;
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
  throw error;
}
