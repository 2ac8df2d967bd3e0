import { findFilesIn, findJournalFiles, type JournalFiles, journalDirectory } from "./journal-files";
import { readMachineId } from "./machine-id";
import { hasTreeDirectory, readTreeFileTime } from "./machine-tree";

/** Where the host keeps journals, and whose own is among them. */
export interface JournalHost {
  root: string;
  journals: string;
}

const HOST: JournalHost = { root: "/", journals: "/var/log/journal" };
/** What journald writes to last when a machine stops. */
const ACTIVE_FILE = "system.journal";

/**
 * The journal of a machine that does not run: the files of its tree, or those that `systemd-nspawn --link-journal=host` keeps for it on
 * the host. Where there are both, the ones written last: they are what the machine itself saw, and `journalctl -M` showed, when it ran.
 */
export async function findStoppedJournal(
  root: string,
  host = HOST,
): Promise<{ files: JournalFiles; directory: string }> {
  const inTree = { files: await findJournalFiles(root, { running: false }), directory: journalDirectory(root) };
  const id = await readLinkedId(root, host);
  if (id === null || !(await hasTreeDirectory(host.journals, id))) return inTree;
  const onHost = { files: await findFilesIn(host.journals, id), directory: `${host.journals}/${id}` };
  if (inTree.files === "links" || onHost.files === "none") return inTree;
  if (inTree.files === "none" || onHost.files === "links") return onHost;
  const treeMs = await readTreeFileTime(root, `var/log/journal/${id}/${ACTIVE_FILE}`);
  const hostMs = await readTreeFileTime(host.journals, `${id}/${ACTIVE_FILE}`);
  return (treeMs ?? 0) > (hostMs ?? 0) ? inTree : onHost;
}

/**
 * The name of a machine's directory among the host's journals is its machine ID, and that is whatever its root has written into its
 * tree: it can name any machine, and have that one's lines shown as its own. Whoever may look at them may look at the other's too
 * (roles are for the host, not for a machine), so nothing is disclosed. The host's journal, however, is for its administrators:
 * its ID is refused, and where it is not known, so is any. IDs the host had before cannot be guessed. A link in the directory's
 * place (`--link-journal=guest`) leads into a tree, and is not followed: what is there is read as that tree's own.
 */
async function readLinkedId(root: string, host: JournalHost): Promise<string | null> {
  const own = await readMachineId(host.root);
  const id = await readMachineId(root);
  return own === null || id === own ? null : id;
}
