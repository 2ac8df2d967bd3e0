import { statSync } from "node:fs";

/** The clock of a file system is coarser than two writes may follow one another: a mark this fresh may hide the second. */
const SETTLED_MS = 100;

/** What differs once any process has written to the SQLite database (WAL mode); null where it may just have been written to. */
export function writeMark(filePath: string): string | null {
  const files = [filePath, `${filePath}-wal`].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (files.some((file) => file && Date.now() - file.mtimeMs < SETTLED_MS)) return null;
  return files.map((file) => (file ? `${file.ino} ${file.size} ${file.mtimeMs}` : "none")).join(" ");
}
