/** Refusals that the page tells in the reader's language. */
const REFUSALS = [
  { reason: "no-journal", title: "no-journal.title", hint: "no-journal.hint" },
  { reason: "keeps-none", title: "keeps-none.title", hint: "keeps-none.hint" },
  { reason: "no-systemd", title: "no-systemd.title", hint: "no-systemd.hint" },
  { reason: "disk", title: "disk.title", hint: "disk.hint" },
  { reason: "vm", title: "vm.title", hint: "vm.hint" },
  { reason: "links", title: "links.title", hint: "links.hint" },
  { reason: "booting", title: "booting.title", hint: "booting.hint" },
  { reason: "too-many", title: "too-many.title", hint: "too-many.hint" },
  { reason: "own-journals", title: "own-journals.title", hint: "own-journals.hint" },
  { reason: "own-downloads", title: "own-downloads.title", hint: "own-downloads.hint" },
  { reason: "all-downloads", title: "all-downloads.title", hint: "all-downloads.hint" },
  { reason: "unfollowed", title: "unfollowed.title", hint: "unfollowed.hint" },
] as const;

/** The words for a refusal; undefined for any other failure. */
export function findRefusal(reason: string | null): (typeof REFUSALS)[number] | undefined {
  return REFUSALS.find((one) => one.reason === reason);
}
