/** A command line as words, or why it is none. */
export type SplitCommand =
  | {
      ok: true;
      words: string[];
      /** The first character that a shell would act on and that is a plain one here; null where a shell would see the same words. */
      shellCharacter: string | null;
    }
  | { ok: false; problem: "openQuote" | "openEscape" };

const BLANK = /[ \t\n]/;
/** What a shell acts on where it stands unquoted. `~` and `#` only at the beginning of a word. */
const SHELL_ANYWHERE = /[|&;<>()$`*?[\]]/;
const SHELL_AT_BEGINNING = /[~#]/;
const SHELL_IN_QUOTES = /[$`]/;
const ESCAPED_IN_QUOTES = /[$`"\\\n]/;

/**
 * Splits a line into argv by the quoting rules of a POSIX shell (XCU 2.2), and does nothing else a shell does: no variable, no
 * pattern, no pipe. What comes out of `formatCommand` goes in as the same words.
 */
export function splitCommand(line: string): SplitCommand {
  const words: string[] = [];
  let word: string | null = null;
  let shellCharacter: string | null = null;
  let at = 0;
  while (at < line.length) {
    const character = line.charAt(at);
    if (BLANK.test(character)) {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
      continue;
    }
    const part = readPart(line, at);
    if (part === null) return { ok: false, problem: character === "\\" ? "openEscape" : "openQuote" };
    const acts = part.shell ?? (word === null && SHELL_AT_BEGINNING.test(character) ? character : null);
    shellCharacter ??= acts;
    // A backslash before the end of a line joins two lines and makes no word.
    if (part.text !== null) word = (word ?? "") + part.text;
    at = part.end;
  }
  if (word !== null) words.push(word);
  return { ok: true, words, shellCharacter };
}

interface Part {
  text: string | null;
  end: number;
  shell: string | null;
}

/** One character, one escape, or one quoted piece; null where its end is missing. */
function readPart(line: string, at: number): Part | null {
  const character = line.charAt(at);
  if (character === "'") {
    const end = line.indexOf("'", at + 1);
    return end === -1 ? null : { text: line.slice(at + 1, end), end: end + 1, shell: null };
  }
  if (character === '"') return readDoubleQuoted(line, at + 1);
  if (character === "\\") {
    if (at + 1 >= line.length) return null;
    const escaped = line.charAt(at + 1);
    return { text: escaped === "\n" ? null : escaped, end: at + 2, shell: null };
  }
  return { text: character, end: at + 1, shell: SHELL_ANYWHERE.test(character) ? character : null };
}

function readDoubleQuoted(line: string, begin: number): Part | null {
  let text = "";
  let shell: string | null = null;
  for (let at = begin; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '"') return { text, end: at + 1, shell };
    if (character === "\\" && ESCAPED_IN_QUOTES.test(line.charAt(at + 1))) {
      at += 1;
      text += line.charAt(at) === "\n" ? "" : line.charAt(at);
      continue;
    }
    if (SHELL_IN_QUOTES.test(character)) shell ??= character;
    text += character;
  }
  return null;
}
