import { type BuildLogLine, isEnded } from "@/lib/build";
import type { Deps } from "../deps";
import { LogReader } from "./log-reader";
import { getBuild } from "./read";
import { watchDirectory } from "./watch-directory";

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
  const news = new News(deps, input.id, signal);
  const reader = new LogReader(files.log);
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

/** Waits until something happened to a build. What happens between two waits ends the second at once. */
class News {
  #pending = false;
  #wake: () => void = () => {};
  readonly #stop: (() => void)[];

  constructor({ builds }: Deps, id: string, signal: AbortSignal) {
    const tell = () => {
      this.#pending = true;
      this.#wake();
    };
    const timer = setInterval(tell, LOOK_AGAIN_MS);
    signal.addEventListener("abort", tell, { once: true });
    this.#stop = [
      builds.onChange((changed) => void (changed === id && tell())),
      () => clearInterval(timer),
      () => signal.removeEventListener("abort", tell),
      watchDirectory(builds.files(id).directory, tell),
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
