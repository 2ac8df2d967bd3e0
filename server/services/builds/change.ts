import { type BuildCreate, isEnded } from "@/lib/build";
import { AppError } from "@/lib/errors";
import type { Deps } from "../deps";
import { buildUnit } from "./build-unit";
import { type Created, createBuild } from "./create";
import { getBuild } from "./read";

/** Ends a build: its whole process group, and everything it made so far. Errors: NOT_FOUND, CONFLICT. */
export async function cancelBuild(deps: Deps, id: string): Promise<{ command: string }> {
  await getBuild(deps, id);
  await deps.builds.cancel(id);
  return { command: `systemctl stop ${buildUnit(id)}` };
}

/** A new build with the same options. Errors: as createBuild; PRECONDITION where a password is needed again. */
export async function rerunBuild(
  deps: Deps,
  input: { id: string; name?: string | undefined; password?: string | undefined },
  startedBy: string,
): Promise<Created> {
  const { options } = await getBuild(deps, input.id);
  return createBuild(
    deps,
    { ...options, name: input.name ?? options.name, rootLogin: rootLogin(options.rootLogin.kind, input.password) },
    startedBy,
  );
}

function rootLogin(kind: BuildCreate["rootLogin"]["kind"], password: string | undefined): BuildCreate["rootLogin"] {
  if (kind !== "password") return { kind };
  if (password === undefined) {
    throw new AppError("PRECONDITION", "This build set a password for root, which was not kept.", {
      hint: "Give a password for the new machine.",
    });
  }
  return { kind, password };
}

/** Forgets a build: its row, its log, its result. The machine it made stays. Errors: NOT_FOUND, CONFLICT while it is not over. */
export async function deleteBuild(deps: Deps, id: string): Promise<Record<string, never>> {
  const { state } = await getBuild(deps, id);
  if (!isEnded(state)) {
    throw new AppError("CONFLICT", "This build is not over.", { hint: "Cancel it first." });
  }
  await deps.builds.forget(id);
  return {};
}
