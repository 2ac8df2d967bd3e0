import type { Deps } from "../deps";
import { requireRunning } from "./require-machine";

export interface Property {
  key: string;
  value: string;
}

/** Every property `machinectl show NAME` prints, in its words: the tool itself is asked, so that page and shell cannot differ. */
export async function readProperties(deps: Deps, name: string, signal?: AbortSignal): Promise<Property[]> {
  requireRunning(deps, name);
  const result = await deps.system.run(["/usr/bin/machinectl", "show", "--all", name], {
    timeoutMs: 5000,
    ...(signal ? { signal } : {}),
  });
  return result.stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line.includes("="))
    .map((line) => ({ key: line.slice(0, line.indexOf("=")), value: line.slice(line.indexOf("=") + 1) }));
}
