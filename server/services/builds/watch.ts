import type { Build, BuildEvent } from "@/lib/build";
import { AppError } from "@/lib/errors";
import type { Deps } from "../deps";
import { getBuild, listBuilds } from "./read";

const SNAPSHOT = 50;

/**
 * The newest builds, then every one that came, changed or went; or one build alone, and that with its packages. Subscribes
 * before it lists, so that nothing falls between. A slow listener misses states in between, never the last one. Ends with
 * `signal`. Errors: NOT_FOUND where one build is watched.
 */
export async function* watchBuilds(deps: Deps, one: string | null, signal: AbortSignal): AsyncGenerator<BuildEvent> {
  const dirty = new Set<string>();
  let wake: () => void = () => {};
  const unsubscribe = deps.builds.onChange((id) => {
    if (one !== null && id !== one) return;
    dirty.add(id);
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    yield { type: "snapshot", builds: await snapshot(deps, one) };
    while (!signal.aborted) {
      const [id] = dirty;
      if (id !== undefined) {
        dirty.delete(id);
        yield await eventOf(deps, id, one !== null);
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (signal.aborted || dirty.size > 0) resolve();
      });
    }
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", onAbort);
  }
}

async function snapshot(deps: Deps, one: string | null): Promise<Build[]> {
  return one === null ? listBuilds(deps, { limit: SNAPSHOT }) : [await getBuild(deps, one)];
}

async function eventOf(deps: Deps, id: string, withPackages: boolean): Promise<BuildEvent> {
  try {
    const build = await getBuild(deps, id);
    return { type: "upsert", build: withPackages ? build : { ...build, packages: null } };
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") return { type: "remove", id };
    throw error;
  }
}
