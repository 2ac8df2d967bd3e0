import { join } from "node:path";

/** The files of one build. The builder writes all but spec.json; the api reads them. */
export interface BuildFiles {
  directory: string;
  spec: string;
  log: string;
  status: string;
  result: string;
  /** Written by the api before it stops the builder, so that a cancel is told from any other stop. */
  cancel: string;
  /** In the runtime directory: memory, never a disk. */
  password: string;
}

export function buildFiles(id: string, places: { dataDir: string; runtimeDir: string }): BuildFiles {
  const directory = join(places.dataDir, "builds", id);
  return {
    directory,
    spec: join(directory, "spec.json"),
    log: join(directory, "log.ndjson"),
    status: join(directory, "status.json"),
    result: join(directory, "result.json"),
    cancel: join(directory, "cancel"),
    password: join(places.runtimeDir, "builds", `${id}.password`),
  };
}
