import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";

import type { BuildPlace } from "@/lib/build-commands";
import type { BuildReason } from "@/lib/build-reasons";
import { AppError } from "@/lib/errors";

type Where = Pick<BuildPlace, "target">;

/** Errors: CONFLICT where an image of this name is there. */
export function refuseTaken({ target }: Where): void {
  const taken = [target, `${target}.raw`].find((path) => existsSync(path));
  if (taken) {
    throw new AppError("CONFLICT", `${taken} exists already.`, {
      hint: "An image of this name was made in the meantime. Choose another name, or remove that image first.",
      reason: "name-taken" satisfies BuildReason,
    });
  }
}

/**
 * Has `move` put the tree in its place, and believes only what is there afterwards: `mv --no-clobber` may end with success where it
 * moved nothing, and where a signal ended it between its rename and its exit the machine is there. Errors: CONFLICT, and those of `move`.
 */
export async function putInPlace(
  place: Where,
  tree: { dev: number; ino: number },
  signal: AbortSignal,
  move: () => Promise<void>,
): Promise<void> {
  const failure = await move().then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (await isSameTree(place.target, tree)) return;
  signal.throwIfAborted();
  refuseTaken(place);
  if (failure) throw failure.error;
  throw new AppError("CONFLICT", `${place.target} was taken when the tree was to be moved there, and is gone again.`, {
    hint: "Run the build again.",
  });
}

async function isSameTree(path: string, tree: { dev: number; ino: number }): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.dev === tree.dev && found.ino === tree.ino;
}
