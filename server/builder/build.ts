import { readdir, stat, writeFile } from "node:fs/promises";

import type { BuildResult, BuildSpec, BuildStepName } from "@/lib/build";
import {
  type BuildHost,
  type BuildPlace,
  DEFAULT_MIRROR,
  localMirrorPath,
  needsPacmanConfig,
  type PlannedCommand,
  pacmanConfigText,
  pacmanServer,
  planCommands,
} from "@/lib/build-commands";
import { AppError } from "@/lib/errors";
import { streamProcess } from "@/server/systemd/stream-process";
import { allowPseudoTerminals, checkRootLogin, ensureHost0Network, hasNetworkd, writeIdentity } from "./finish-tree";
import { type Diagnosis, diagnose } from "./hints";
import { listPackages } from "./packages";
import { putInPlace, refuseTaken } from "./place-tree";
import type { BuildRecords } from "./records";
import { measureTree, writeInTree } from "./tree";

const LAST_LINES = 40;
const MEASURE_EVERY_MS = 3000;

/** A command ended badly: what it said is in the message, what to try in the hint. */
export class CommandError extends AppError {
  constructor(
    message: string,
    { hint, reason }: Pick<Diagnosis, "hint" | "reason">,
    readonly exitCode: number | null,
  ) {
    super("PRECONDITION", message, { hint, reason });
  }
}

export interface BuildRun {
  spec: BuildSpec;
  host: BuildHost;
  place: BuildPlace;
  records: BuildRecords;
  /** Null where none was chosen. */
  password: string | null;
  /** Tmpfs of the host: where the password may pass. */
  runtimeDirectory: string;
  signal: AbortSignal;
}

/** What is known of a tree that stands in its place. */
export type PlacedFacts = Pick<BuildResult, "sizeBytes" | "packages">;

/** All five steps. Leaves the machine in place, or throws with the hidden tree still there for the caller to remove. */
export async function runBuild(build: BuildRun): Promise<PlacedFacts> {
  const { spec, records, place } = build;
  const planned = planCommands(spec.options, build.host, place);
  const runStep = async (step: BuildStepName) => {
    for (const command of planned) if (command.step === step) await runCommand(build, command);
  };
  await records.step("prepare", async () => {
    refuseTaken(place);
    await writePacmanConfig(build);
    await runStep("prepare");
    return undefined;
  });
  await records.step("install", async () => {
    await whileMeasuring(build, () => runStep("install"));
    return undefined;
  });
  await records.step("login", async () => {
    await runStep("login");
    await checkRootLogin(place.tree, spec.options.rootLogin.kind);
    const added = await allowPseudoTerminals(place.tree);
    if (added.length > 0) records.info(`/etc/securetty: added ${added.join(", ")}`);
    return undefined;
  });
  await records.step("network", () => setUpNetwork(build, () => runStep("network")));
  const facts = {
    sizeBytes: await measureTree(place.tree),
    packages: await listPackages(spec.options.recipe, place.tree),
  };
  records.size(facts.sizeBytes);
  await records.step("place", async () => {
    const tree = await stat(place.tree);
    records.tree({ device: tree.dev, inode: tree.ino });
    refuseTaken(place);
    build.signal.throwIfAborted();
    await putInPlace(place, tree, build.signal, () => runStep("place"));
    return undefined;
  });
  return facts;
}

async function setUpNetwork({ spec, place, records }: BuildRun, enable: () => Promise<void>) {
  await writeIdentity(place.tree, spec.options.name);
  records.info(`/etc/hostname: ${spec.options.name}; /etc/machine-id: empty, made at first boot`);
  if (!hasNetworkd(place.tree)) {
    records.info("The tree has no systemd-networkd: its network is left as the packages made it.");
    return "skipped" as const;
  }
  await enable();
  if (await ensureHost0Network(place.tree)) records.info("/etc/systemd/network/80-container-host0.network: DHCP");
  const { mirror, recipe } = spec.options;
  if (recipe === "arch" && mirror !== undefined) {
    await writeInTree(place.tree, "/etc/pacman.d/mirrorlist", `Server = ${pacmanServer(mirror)}\n`);
  }
  return undefined;
}

async function writePacmanConfig({ spec, host, place, records }: BuildRun): Promise<void> {
  if (!needsPacmanConfig(spec.options, host)) return;
  const mirror = spec.options.mirror ?? DEFAULT_MIRROR.arch;
  const text = pacmanConfigText(mirror, await repositoriesOf(mirror));
  await writeFile(place.pacmanConfig, text, { mode: 0o600 });
  records.info(`${place.pacmanConfig}: ${text.split("\n").filter(Boolean).join("; ")}`);
}

/** A directory mirror has the repositories it has; one on the network has Arch's. */
async function repositoriesOf(mirror: string): Promise<string[]> {
  const usual = ["core", "extra"];
  const path = localMirrorPath(mirror);
  if (path === null) return usual;
  const root = path.split("/$repo")[0] ?? path;
  const present = await readdir(root).catch((): string[] => []);
  const found = usual.filter((name) => present.includes(name));
  return found.length > 0 ? found : usual;
}

async function runCommand(build: BuildRun, command: PlannedCommand): Promise<void> {
  const { records, signal } = build;
  signal.throwIfAborted();
  records.command(command.argv);
  const last: string[] = [];
  const exitCode = await streamProcess(command.argv, {
    signal,
    onLine: (stream, text) => {
      records.line(stream, text);
      last.push(text);
      if (last.length > LAST_LINES) last.shift();
    },
    ...(command.readsPassword && build.password !== null
      ? { stdin: { secret: build.password, directory: build.runtimeDirectory } }
      : {}),
  });
  signal.throwIfAborted();
  if (exitCode === 0) return;
  const tool = command.argv[0]?.split("/").at(-1) ?? "";
  const how = exitCode === null ? "was killed by a signal" : `ended with exit status ${exitCode}`;
  const { line, ...diagnosis } = diagnose(last);
  throw new CommandError(`${tool} ${how}${line ? `: ${line}` : "."}`, diagnosis, exitCode);
}

/** Keeps the size in the status while packages are installed. */
async function whileMeasuring({ place, records }: BuildRun, work: () => Promise<void>): Promise<void> {
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    const size = await measureTree(place.tree);
    if (size !== null) records.size(size);
    busy = false;
  }, MEASURE_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
