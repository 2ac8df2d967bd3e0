import { type FSWatcher, watch } from "node:fs";

/** Where machined looks for images (§8 of its search path) and people change them. */
const IMAGE_DIRECTORIES = [
  "/etc/machines",
  "/run/machines",
  "/var/lib/machines",
  "/usr/local/lib/machines",
  "/usr/lib/machines",
];

/** machined has no signal for images: inotify on their directories has. Directories that do not exist are left out. */
export function watchImages(onChange: () => void): () => void {
  const watchers: FSWatcher[] = [];
  for (const directory of IMAGE_DIRECTORIES) {
    try {
      const watcher = watch(directory, { persistent: false }, onChange);
      watcher.on("error", () => watcher.close());
      watchers.push(watcher);
    } catch {
      // It does not exist on this host.
    }
  }
  return () => {
    for (const watcher of watchers) watcher.close();
  };
}
