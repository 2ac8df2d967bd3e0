/** securetty(5): the terminals on which pam_securetty(8) lets root log in, one a line, without "/dev/". */
export const SECURETTY = "/etc/securetty";

/** What `machinectl login` gives: one of these, the lowest that is free. */
const PSEUDO_TERMINALS = Array.from({ length: 10 }, (_, index) => `pts/${index}`);

/** The lines a list lacks for root to log in on a pseudo terminal. */
export function missingPseudoTerminals(text: string): string[] {
  const listed = new Set(text.split("\n").map((line) => line.trim()));
  return PSEUDO_TERMINALS.filter((terminal) => !listed.has(terminal));
}

/** The list with these lines at its end; nothing else of it is changed. */
export function addTerminals(text: string, terminals: readonly string[]): string {
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  return `${text}${separator}${terminals.map((terminal) => `${terminal}\n`).join("")}`;
}

/** Why a machine's login refuses root, and what would let root in. */
export interface LoginRefusal {
  /** The list, inside the machine. */
  file: string;
  /** The file inside the machine that asks pam_securetty to heed the list. */
  pamFile: string;
  /** The lines that are not in it. */
  missing: string[];
  /** The equivalent command; null where the list cannot be changed from the host. */
  command: string | null;
  /** Why it cannot be changed as things are: the image is read-only, or a disk whose files only the machine itself reaches. */
  obstacle: "readOnly" | "disk" | null;
}
