import { type FSWatcher, watch } from "node:fs";

/** Tells the names that change in a directory (inotify(7)), until the returned function is called. Silent where it is not there. */
export function watchDirectory(directory: string, tell: (file: string | null) => void): () => void {
  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(directory, { persistent: false }, (_event, file) => tell(file));
    watcher.on("error", () => watcher?.close());
  } catch {
    // No such directory (any more).
  }
  return () => watcher?.close();
}
