/** True where every word of `search` occurs somewhere in one of the texts, whatever their case; an empty search fits all. */
export function matchesWords(texts: readonly (string | null | undefined)[], search: string): boolean {
  const text = texts.join("\n").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
