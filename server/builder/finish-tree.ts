import { existsSync } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import type { BuildOptions } from "@/lib/build";
import { AppError } from "@/lib/errors";
import { addTerminals, missingPseudoTerminals, SECURETTY } from "@/lib/securetty";
import { readTreeFile } from "@/server/systemd/machine-tree";
import { writeInTree } from "./tree";

/** What systemd itself ships as 80-container-host0.network. */
const HOST0_NETWORK = `[Match]
Virtualization=container
Name=host0

[Network]
DHCP=yes
LinkLocalAddressing=yes
`;

/**
 * pam_securetty lets root in on the listed terminals only; `machinectl login` gives one of pts/N, which old lists lack.
 * Returns the lines added. A tree without the file has no such rule.
 */
export async function allowPseudoTerminals(tree: string): Promise<string[]> {
  const list = await readTreeFile(tree, SECURETTY);
  if (list === null) return [];
  const missing = missingPseudoTerminals(list.text);
  if (missing.length > 0) await writeInTree(tree, SECURETTY, addTerminals(list.text, missing));
  return missing;
}

/** systemd-firstboot ends with success also where it changed nothing, so root's entry is looked at. Errors: INTERNAL. */
export async function checkRootLogin(tree: string, kind: BuildOptions["rootLogin"]["kind"]): Promise<void> {
  const shadow = await readTreeFile(tree, "/etc/shadow");
  const field = /^root:([^:]*):/m.exec(shadow?.text ?? "")?.[1];
  const fits =
    kind === "passwordless" ? field === "" : kind === "none" ? /^[!*]/.test(field ?? "") : /^\$/.test(field ?? "");
  if (!fits) {
    throw new AppError("INTERNAL", "Root's login could not be set in the new tree.", {
      hint: "systemd-firstboot left /etc/shadow of the tree as it was.",
    });
  }
}

/** The machine's name, and an empty machine-id: it gets one of its own when it first boots. */
export async function writeIdentity(tree: string, name: string): Promise<void> {
  await writeInTree(tree, "/etc/hostname", `${name}\n`);
  await writeInTree(tree, "/etc/machine-id", "", 0o444);
  const dbusId = join(tree, "var/lib/dbus/machine-id");
  const isFile = await lstat(dbusId).then(
    (info) => info.isFile(),
    () => false,
  );
  if (isFile) await rm(dbusId);
}

export function hasNetworkd(tree: string): boolean {
  return ["usr/lib", "lib"].some((lib) => existsSync(join(tree, lib, "systemd/system/systemd-networkd.service")));
}

/** Configures host0, the machine's end of the virtual Ethernet, where the tree has no network file of any kind for it. */
export async function ensureHost0Network(tree: string): Promise<boolean> {
  for (const directory of ["etc/systemd/network", "usr/lib/systemd/network", "lib/systemd/network"]) {
    const files = await readdir(join(tree, directory)).catch((): string[] => []);
    const isEtc = directory.startsWith("etc/");
    if (files.some((file) => file.endsWith(".network") && (isEtc || file.includes("container-host0")))) return false;
  }
  await writeInTree(tree, "/etc/systemd/network/80-container-host0.network", HOST0_NETWORK);
  return true;
}
