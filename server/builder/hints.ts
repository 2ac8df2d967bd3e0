import type { BuildReason } from "@/lib/build-reasons";

const NO_PACKAGE = "The mirror has no package of this name. Look at how it is spelt.";
const NO_ANSWER = "The mirror did not answer. Is the host online, and is the mirror's address right?";

/** What a tool's last words mean, and what to try. The first that fits is told. */
const HINTS: readonly [RegExp, string, BuildReason?][] = [
  [
    /No space left on device|not enough free disk space/i,
    "The disk is full. Free some space under /var/lib/machines.",
    "disk-full",
  ],
  [
    /could not extract .*\(Write failed\)/,
    "Writing failed: the disk is full, most likely. Free some space under /var/lib/machines.",
    "disk-full",
  ],
  [
    /failed retrieving file '[^']+\.sig'|missing required signature/i,
    "The mirror has no signature for what it offers. Use a mirror that has, or a pacman.conf with another SigLevel.",
    "no-signature",
  ],
  [
    /signature from .* is invalid|BADSIG/i,
    "A signature is not of the file it comes with: the mirror is broken or was tampered with. Use another mirror.",
    "broken-signature",
  ],
  [
    /invalid or corrupted (?:package|database) \((?!PGP)/i,
    "What was downloaded is damaged, or was left so in /var/cache/pacman/pkg before. Build it again, or use another mirror.",
    "damaged-package",
  ],
  [
    /unknown trust|marginal trust|invalid or corrupted (?:package|database) \(PGP|keyring is not writable|required key missing|public keyring not found/i,
    "The host cannot check Arch's signatures. Set up pacman's keyring on it: pacman-key --init && pacman-key --populate archlinux",
    "arch-keyring",
  ],
  [
    /NO_PUBKEY|EXPKEYSIG|signatures (?:couldn't|could not) be verified|The repository .* is not signed|Unknown key|keyring(?: file)? .*(?:not available|not found|does not exist|is missing|unreadable)/i,
    "The host cannot check the mirror's signatures. Install the distribution's keyring (on Debian: debian-archive-keyring).",
    "keyring",
  ],
  [
    /no usable package repositories|could not be read: No such file or directory|config file .* could not/i,
    "pacman knows no mirror on this host. Give a mirror or a pacman.conf under Advanced.",
    "no-mirror",
  ],
  [
    /Could not resolve|Temporary failure (?:in name resolution|resolving)|(?:Failed|Could not|Couldn't) (?:to )?connect|Connection (?:refused|timed out)|Network is unreachable/i,
    NO_ANSWER,
    "dead-mirror",
  ],
  [/target not found: (\S+)/i, NO_PACKAGE, "no-package"],
  [/Unable to locate package|no installation candidate|Couldn't find these debs/i, NO_PACKAGE, "no-package"],
  [
    /does not have a Release file|\/dists\/\S+ +Failed to stat|404 +Not Found|Invalid Release|No such script|Failed getting release file/i,
    "The mirror has no such suite. Look at the suite's name and the mirror's address.",
    "no-suite",
  ],
  [/failed retrieving file|Failed to fetch/i, NO_ANSWER, "dead-mirror"],
];

/** What the tools say after they have said what is wrong. */
const AFTERWORDS =
  /Failed to install packages to new root|^Errors occurred, no packages were upgraded|^E: (?:mmdebstrap failed|Some index files failed|apt-get )/;

export interface Diagnosis {
  line: string | null;
  hint: string | undefined;
  reason: BuildReason | undefined;
}

/**
 * What a failed tool's last lines come to: the line a person would point at, and what to try. The line is one the hint is
 * about, else the last that says what is wrong, else the last.
 */
export function diagnose(lastLines: readonly string[]): Diagnosis {
  for (const [pattern, hint, reason] of HINTS) {
    const line = lastLines.findLast((text) => pattern.test(text));
    if (line !== undefined) return { line, hint, reason };
  }
  const lines = lastLines.filter((text) => !AFTERWORDS.test(text));
  const line = lines.findLast((text) => /\b(?:error|E:|fatal|failed)/i.test(text)) ?? lastLines.at(-1) ?? null;
  return { line, hint: undefined, reason: undefined };
}
