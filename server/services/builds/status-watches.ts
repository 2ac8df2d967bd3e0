import { basename } from "node:path";

import type { BuildFiles } from "@/server/build-files";
import { watchDirectory } from "./watch-directory";

/** The status file changes with every step and measurement; pages are told at most so often. */
const STATUS_MS = 200;

/** Watches over the status files of running builds. */
export class StatusWatches {
  readonly #tell: (id: string) => void;
  /** Each ends its watch. */
  readonly #watches = new Map<string, () => void>();

  constructor(tell: (id: string) => void) {
    this.#tell = tell;
  }

  begin(id: string, { directory, status }: BuildFiles): void {
    if (this.#watches.has(id)) return;
    let timer: NodeJS.Timeout | undefined;
    const stop = watchDirectory(directory, (file) => {
      if (file !== basename(status)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        this.#tell(id);
      }, STATUS_MS);
    });
    this.#watches.set(id, () => {
      stop();
      clearTimeout(timer);
    });
  }

  end(id: string): void {
    this.#watches.get(id)?.();
    this.#watches.delete(id);
  }

  close(): void {
    for (const id of [...this.#watches.keys()]) this.end(id);
  }
}
