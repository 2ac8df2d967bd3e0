import { existsSync } from "node:fs";

import type { BuildCreate, BuildOptions } from "@/lib/build";
import {
  type BuildHost,
  buildPlace,
  missingTools,
  planCommands,
  storedOptions,
  unsupportedOption,
} from "@/lib/build-commands";
import type { BuildReason } from "@/lib/build-reasons";
import { formatCommand } from "@/lib/commands";
import { AppError } from "@/lib/errors";
import { readBuildHost } from "@/server/systemd/build-host";
import type { Deps } from "../deps";
import { requireHost } from "../machines/require-machine";
import { newBuildId } from "./build-id";

export interface Created {
  id: string;
  /** The command that installs the tree; all of them are told by the build itself. */
  command: string;
}

/**
 * Records and queues one build. Errors: CONFLICT (the name is taken, or another build is making it), INVALID (an option the
 * recipe cannot honour), PRECONDITION (its tool is not installed), UNAVAILABLE.
 */
export async function createBuild(deps: Deps, input: BuildCreate, startedBy: string): Promise<Created> {
  requireHost(deps.world);
  const password = input.rootLogin.kind === "password" ? input.rootLogin.password : null;
  const options = storedOptions(input);
  const host = await readBuildHost();
  refuseImpossible(options, host);
  refuseTakenName(deps, options.name);
  const id = newBuildId();
  await deps.builds.add({ id, options, password, startedBy });
  const install = planCommands(options, host, buildPlace(id, options.name)).filter(({ step }) => step === "install");
  return { id, command: install.map(({ argv }) => formatCommand(argv)).join("\n") };
}

function refuseImpossible(options: BuildOptions, host: BuildHost): void {
  const unsupported = unsupportedOption(options, host);
  if (unsupported) throw new AppError("INVALID", unsupported);
  const missing = missingTools(options.recipe, host);
  if (missing.length > 0) {
    throw new AppError("PRECONDITION", `This host lacks ${missing.join(" and ")}.`, {
      hint: installHint(missing),
      reason: "missing-tool" satisfies BuildReason,
    });
  }
  if (options.config !== undefined && !existsSync(options.config)) {
    throw new AppError("PRECONDITION", `There is no file ${options.config} on this host.`, {
      hint: "The configuration is a file on the host, not on your own computer.",
    });
  }
}

/** Packages that bring the tool, in the three families that run systemd-nspawn most. */
function installHint(missing: readonly string[]): string {
  const packages: Record<string, string> = {
    pacstrap: "Debian and Fedora: arch-install-scripts and pacman; Arch: arch-install-scripts",
    mmdebstrap: "Debian, Fedora and Arch: mmdebstrap (or debootstrap)",
    "systemd-firstboot": "it is part of systemd",
  };
  return `Install it on the host. ${missing.map((tool) => packages[tool] ?? tool).join("; ")}.`;
}

function refuseTakenName(deps: Deps, name: string): void {
  const { target } = buildPlace("", name);
  if (deps.world.machine(name) || existsSync(target) || existsSync(`${target}.raw`)) {
    throw new AppError("CONFLICT", `There is already a machine or image named ${name}.`, {
      hint: "Choose another name, or remove that image first.",
      reason: "name-taken" satisfies BuildReason,
    });
  }
}
