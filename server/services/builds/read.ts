import type { Build, BuildList, BuildOptions } from "@/lib/build";
import { AppError } from "@/lib/errors";
import type { Deps } from "../deps";
import { QUEUE_ORDER, readStatus, toBuild } from "./build-record";

/** One build; while it runs with the builder's own word on its steps, commands and size. Errors: NOT_FOUND. */
export async function getBuild(deps: Deps, id: string): Promise<Build> {
  const row = await deps.db.build.findUnique({ where: { id } });
  if (!row) throw noSuchBuild(id);
  return withStatus(deps, toBuild(row, row.state === "queued" ? await queueOf(deps) : []));
}

/** Ids of the builds that wait, the next to start first. */
async function queueOf({ db }: Deps): Promise<string[]> {
  const rows = await db.build.findMany({ where: { state: "queued" }, orderBy: QUEUE_ORDER, select: { id: true } });
  return rows.map(({ id }) => id);
}

async function withStatus({ builds }: Deps, build: Build): Promise<Build> {
  if (build.state !== "running") return build;
  const status = await readStatus(builds.files(build.id));
  return status ? { ...build, steps: status.steps, commands: status.commands, sizeBytes: status.sizeBytes } : build;
}

export function noSuchBuild(id: string): AppError {
  return new AppError("NOT_FOUND", `There is no build ${id}.`, { hint: "It may have been deleted. Look at the list." });
}

/** Newest first; the last id of a page is the cursor of the next. Package lists are left out: they are long. */
export async function listBuilds(deps: Deps, query: BuildList): Promise<Build[]> {
  const rows = await deps.db.build.findMany({
    where: {
      ...(query.image !== undefined && { name: query.image }),
      ...(query.state !== undefined && { state: query.state }),
      // Ids begin with the time they were made at.
      ...(query.cursor !== undefined && { id: { lt: query.cursor } }),
    },
    orderBy: { id: "desc" },
    take: query.limit,
  });
  const queue = rows.some(({ state }) => state === "queued") ? await queueOf(deps) : [];
  return Promise.all(rows.map((row) => withStatus(deps, toBuild({ ...row, packagesJson: null }, queue))));
}

export interface BuildComparison {
  packages: {
    added: { name: string; version: string }[];
    removed: { name: string; version: string }[];
    changed: { name: string; from: string; to: string }[];
  } | null;
  options: { option: string; from: string | null; to: string | null }[];
}

/** What b has that a has not. Packages are null where one of them has no list. */
export async function compareBuilds(deps: Deps, a: string, b: string): Promise<BuildComparison> {
  const [from, to] = await Promise.all([getBuild(deps, a), getBuild(deps, b)]);
  return { packages: comparePackages(from, to), options: compareOptions(from.options, to.options) };
}

function comparePackages(a: Build, b: Build): BuildComparison["packages"] {
  if (!a.packages || !b.packages) return null;
  const before = new Map(a.packages.map(({ name, version }) => [name, version]));
  const after = new Map(b.packages.map(({ name, version }) => [name, version]));
  return {
    added: b.packages.filter(({ name }) => !before.has(name)),
    removed: a.packages.filter(({ name }) => !after.has(name)),
    changed: b.packages.flatMap(({ name, version }) => {
      const old = before.get(name);
      return old !== undefined && old !== version ? [{ name, from: old, to: version }] : [];
    }),
  };
}

function compareOptions(a: BuildOptions, b: BuildOptions): BuildComparison["options"] {
  const before = new Map<string, unknown>(Object.entries(a));
  const after = new Map<string, unknown>(Object.entries(b));
  const text = (value: unknown) =>
    value === undefined ? null : typeof value === "string" ? value : JSON.stringify(value);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((option) => {
    const [from, to] = [text(before.get(option)), text(after.get(option))];
    return from === to ? [] : [{ option, from, to }];
  });
}
