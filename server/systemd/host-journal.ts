import { existsSync, readFileSync } from "node:fs";

/** Where this host keeps its own journal: on disk, or only in memory (systemd-journald.service(8), "Files"). */
export function hostJournalDirectory(root = ""): string {
  const id = readFileSync(`${root}/etc/machine-id`, "utf8").trim();
  const [kept, volatile] = [`${root}/var/log/journal/${id}`, `${root}/run/log/journal/${id}`];
  return existsSync(kept) ? kept : volatile;
}
