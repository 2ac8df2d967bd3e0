/** What a tool's last words mean, and what to try. The first that fits is told. */
const HINTS: readonly [RegExp, string][] = [
  [/No space left on device|not enough free disk space/i, "The disk is full. Free some space under /var/lib/machines."],
  [
    /unknown trust|marginal trust|invalid or corrupted (?:package|database) \(PGP|keyring is not writable|required key missing|public keyring not found/i,
    "The host cannot check Arch's signatures. Set up pacman's keyring on it: pacman-key --init && pacman-key --populate archlinux",
  ],
  [
    /NO_PUBKEY|EXPKEYSIG|signatures (?:couldn't|could not) be verified|The repository .* is not signed|Unknown key|keyring/i,
    "The host cannot check the mirror's signatures. Install the distribution's keyring (on Debian: debian-archive-keyring).",
  ],
  [
    /no usable package repositories|could not be read: No such file or directory|config file .* could not/i,
    "pacman knows no mirror on this host. Give a mirror or a pacman.conf under Advanced.",
  ],
  [
    /Could not resolve host|Temporary failure (?:in name resolution|resolving)|failed retrieving file|Connection (?:refused|timed out)|Network is unreachable|Failed to fetch/i,
    "The mirror did not answer. Is the host online, and is the mirror's address right?",
  ],
  [/target not found: (\S+)/i, "The mirror has no package of this name. Look at how it is spelt."],
  [
    /Unable to locate package|no installation candidate|Couldn't find these debs/i,
    "The mirror has no package of this name. Look at how it is spelt.",
  ],
  [
    /does not have a Release file|404 +Not Found|Invalid Release|No such script|Failed getting release file/i,
    "The mirror has no such suite. Look at the suite's name and the mirror's address.",
  ],
];

export function hintFor(lastLines: readonly string[]): string | null {
  const text = lastLines.join("\n");
  return HINTS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** The line a person would point at: the last that says it is an error, else the last. */
export function tellingLine(lastLines: readonly string[]): string | null {
  return lastLines.findLast((line) => /\b(?:error|E:|fatal|failed)/i.test(line)) ?? lastLines.at(-1) ?? null;
}
