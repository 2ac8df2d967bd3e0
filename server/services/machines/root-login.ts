import { formatCommand, machineCommands } from "@/lib/commands";
import { AppError } from "@/lib/errors";
import type { Machine } from "@/lib/machine";
import { addTerminals, type LoginRefusal, missingPseudoTerminals, SECURETTY } from "@/lib/securetty";
import { hasTreeDirectory, readTreeFile, replaceTreeFile } from "@/server/systemd/machine-tree";
import type { Deps } from "../deps";
import { requireMachine } from "./require-machine";

/** agetty of container-getty@.service runs login(1), whose PAM service this is. */
const PAM_SERVICE = "login";
const PAM_DIRECTORIES = ["/etc/pam.d", "/usr/lib/pam.d"];
const MAX_PAM_FILES = 20;

/**
 * Whether `machinectl login` refuses root because of /etc/securetty, and what would let root in. Null where it does not, and where
 * the machine's files are out of reach (a disk image that does not run). Errors: NOT_FOUND.
 */
export async function readLoginRefusal(deps: Deps, name: string): Promise<LoginRefusal | null> {
  const machine = requireMachine(deps, name);
  const tree = await findTree(machine);
  if (tree === null) return null;
  const list = await readTreeFile(tree.path, SECURETTY);
  const missing = list ? missingPseudoTerminals(list.text) : [];
  if (missing.length === 0) return null;
  const pamFile = await findSecuretty(tree.path);
  if (pamFile === null) return null;
  return {
    file: SECURETTY,
    pamFile,
    missing,
    command: tree.onHost ? commandOf(tree.path, missing) : null,
    obstacle: tree.onHost ? (machine.readOnly ? "readOnly" : null) : "disk",
  };
}

/**
 * Adds the pseudo terminals to the machine's /etc/securetty, running or not; login(1) reads it anew each time. Where they are in it
 * already nothing is done. Errors: NOT_FOUND, PRECONDITION (read-only, a disk image, no such list), CONFLICT (it is a link).
 */
export async function allowRootLogin(deps: Deps, name: string): Promise<{ command: string | null }> {
  return serially(async () => {
    const machine = requireMachine(deps, name);
    const tree = await findTree(machine);
    if (!tree?.onHost) {
      throw new AppError("PRECONDITION", `The files of ${name} are in a disk image, which the host does not see.`, {
        hint: `Open a root shell in ${name} and add the lines to ${SECURETTY} there.`,
      });
    }
    const list = await readTreeFile(tree.path, SECURETTY);
    if (!list) {
      throw new AppError("PRECONDITION", `${name} has no ${SECURETTY}, so it does not keep root out.`, {
        hint: "Look at root's password in the machine, and at /etc/pam.d/login.",
      });
    }
    const missing = missingPseudoTerminals(list.text);
    if (missing.length === 0) return { command: null };
    if (machine.readOnly) throw readOnlyError(name);
    await replaceTreeFile(tree.path, SECURETTY, { ...list, text: addTerminals(list.text, missing) });
    return { command: commandOf(tree.path, missing) };
  });
}

function readOnlyError(name: string): AppError {
  return new AppError("PRECONDITION", `The image of ${name} is read-only.`, {
    hint: `Make it writable first: machinectl read-only ${name} no.`,
  });
}

/** Two people who press the button at once: the second finds nothing missing. */
let chain: Promise<unknown> = Promise.resolve();
function serially<T>(work: () => Promise<T>): Promise<T> {
  const done = chain.then(work);
  chain = done.catch(() => undefined);
  return done;
}

/** Where the machine's files are: on the host, or only as the running machine itself sees them (proc(5), /proc/PID/root). */
async function findTree({ rootDirectory, leaderPid }: Machine): Promise<{ path: string; onHost: boolean } | null> {
  if (rootDirectory !== null && (await hasTreeDirectory(rootDirectory, "/etc"))) {
    return { path: rootDirectory, onHost: true };
  }
  const seen = leaderPid === null ? null : `/proc/${leaderPid}/root`;
  return seen !== null && (await hasTreeDirectory(seen, "/etc")) ? { path: seen, onHost: false } : null;
}

/** The PAM file, of login's and what they include, that has pam_securetty heeded (pam.conf(5)). */
async function findSecuretty(tree: string): Promise<string | null> {
  const names = [PAM_SERVICE];
  for (const name of names) {
    const file = await readPamFile(tree, name);
    if (!file) continue;
    const lines = file.text.replaceAll("\\\n", " ").split("\n");
    if (lines.some((line) => /^\s*-?(?:auth|account)\s.*\bpam_securetty\.so\b/i.test(line))) return file.path;
    const included = lines.flatMap((line) => includedBy(line) ?? []);
    names.push(...included.filter((one) => !names.includes(one)).slice(0, Math.max(MAX_PAM_FILES - names.length, 0)));
  }
  return null;
}

function includedBy(line: string): string | undefined {
  const name = /^\s*(?:@include|-?auth\s+(?:include|substack)|-?account\s+(?:include|substack))\s+([\w.-]+)/.exec(
    line,
  )?.[1];
  return name === undefined || /^\.+$/.test(name) ? undefined : name;
}

async function readPamFile(tree: string, name: string): Promise<{ path: string; text: string } | null> {
  for (const directory of PAM_DIRECTORIES) {
    const file = await readTreeFile(tree, `${directory}/${name}`);
    if (file) return { path: `${directory}/${name}`, text: file.text };
  }
  return null;
}

function commandOf(tree: string, missing: readonly string[]): string {
  return formatCommand(machineCommands.allowRootLogin(`${tree}${SECURETTY}`, missing));
}
