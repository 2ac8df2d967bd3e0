import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Where machined looks for images: IMAGE_MACHINE of its search path. */
const IMAGE_DIRECTORIES = [
  "/etc/machines",
  "/run/machines",
  "/var/lib/machines",
  "/var/lib/container",
  "/usr/local/lib/machines",
  "/usr/lib/machines",
];
/** A raw image that is written to tells so with every block; what a row shows of it can wait. */
const CONTENT_DELAY_MS = 1000;

export interface ImageWatch {
  /** Looks where the directories are now: after a mount, the watched one may be hidden below another. */
  rearm(): void;
  close(): void;
}

/** machined has no signal for images: inotify on their directories has, also on those that are only made later. */
export function watchImages(onChange: () => void, directories: readonly string[] = IMAGE_DIRECTORIES): ImageWatch {
  const late = new LateCall(onChange, CONTENT_DELAY_MS);
  const watches = directories.map((path) => new DirectoryWatch(path, onChange, () => late.soon()));
  for (const one of watches) one.arm();
  return {
    rearm: () => {
      for (const one of watches) one.arm();
    },
    close: () => {
      late.close();
      for (const one of watches) one.close();
    },
  };
}

class LateCall {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly call: () => void,
    readonly delayMs: number,
  ) {}

  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.call();
    }, this.delayMs).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

/** Watches one directory; while it does not exist, the closest parent that does for its coming. */
class DirectoryWatch {
  #watcher: FSWatcher | null = null;
  #identity: string | null = null;

  constructor(
    readonly path: string,
    readonly onEntries: () => void,
    readonly onContent: () => void,
  ) {}

  /** Does nothing where the right directory is watched already. */
  arm(): void {
    const target = nearestDirectory(this.path);
    if (target.identity === this.#identity) return;
    this.close();
    try {
      this.#watcher = watch(target.path, { persistent: false }, (event, name) =>
        this.#onEvent(target.path, event, name),
      );
      this.#watcher.on("error", () => this.close());
      this.#identity = target.identity;
    } catch {
      // It went away in between: the next event or mount arms again.
    }
    if (target.path === this.path) this.onEntries();
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
    this.#identity = null;
  }

  #onEvent(watched: string, event: string, name: string | null): void {
    if (watched !== this.path) {
      if (name === null || this.path.startsWith(`${watched === "/" ? "" : watched}/${name}`)) this.arm();
      return;
    }
    // The directory itself was removed, renamed, or hidden: this is how inotify tells it.
    if (name === null || name === basename(watched)) this.arm();
    // Temporary and hidden trees (a build, a download) are no rows.
    if (name?.startsWith(".")) return;
    if (event === "rename") this.onEntries();
    else this.onContent();
  }
}

function nearestDirectory(path: string): { path: string; identity: string } {
  try {
    const { dev, ino } = statSync(path);
    return { path, identity: `${path} ${dev}:${ino}` };
  } catch {
    return path === "/" ? { path, identity: path } : nearestDirectory(dirname(path));
  }
}
