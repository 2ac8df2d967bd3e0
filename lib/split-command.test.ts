import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatCommand } from "./commands";
import { splitCommand } from "./split-command";

function words(line: string): string[] {
  const split = splitCommand(line);
  if (!split.ok) throw new Error(`${line} is no command: ${split.problem}`);
  return split.words;
}

const shellCharacter = (line: string) => {
  const split = splitCommand(line);
  return split.ok ? split.shellCharacter : undefined;
};

describe("splitCommand", () => {
  it("splits at blanks, and keeps what is quoted together", () => {
    expect(words("")).toEqual([]);
    expect(words("  \t\n ")).toEqual([]);
    expect(words("  systemctl   status\tnginx\n")).toEqual(["systemctl", "status", "nginx"]);
    expect(words(`echo 'a b' "c d" e\\ f`)).toEqual(["echo", "a b", "c d", "e f"]);
    expect(words(`echo a'b'"c"d '' ""`)).toEqual(["echo", "abcd", "", ""]);
    expect(words(`echo '"\\' "'\\"\\\\\\x"`)).toEqual(["echo", '"\\', `'"\\\\x`]);
  });

  it("says what is missing where a quote or an escape has no end", () => {
    for (const line of ["echo 'a", 'echo "a', 'echo "a\\"']) {
      expect(splitCommand(line)).toEqual({ ok: false, problem: "openQuote" });
    }
    expect(splitCommand("echo \\")).toEqual({ ok: false, problem: "openEscape" });
  });

  it("tells of characters that only a shell would act on, and leaves them as they are", () => {
    expect(words("ls *.conf | wc -l > out; echo $HOME ~")).toEqual("ls *.conf | wc -l > out; echo $HOME ~".split(" "));
    expect(shellCharacter("ls -l | wc")).toBe("|");
    expect(shellCharacter('echo "$HOME"')).toBe("$");
    expect(shellCharacter("cat ~/x")).toBe("~");
    for (const line of ["ls /a~b#c", "echo '$HOME | *'", 'echo "| * ;"', "echo \\$HOME", "printf %s a=b,c:d@e+f"]) {
      expect(shellCharacter(line)).toBeNull();
    }
  });

  it("reads back whatever formatCommand writes, and asks no shell for it", () => {
    const word = fc.string({ unit: fc.constantFrom(..."a '\"\\$`|&;<>()*?[]~#=\n\té漢") });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (argv) => {
        expect(splitCommand(formatCommand(argv))).toEqual({ ok: true, words: argv, shellCharacter: null });
      }),
    );
  });

  it("makes the words a POSIX shell makes, where a shell would do nothing else", () => {
    const line = fc.string({ unit: fc.constantFrom(..."aaab   '\"\\\t="), maxLength: 20 });
    const lines = fc.sample(line, 400).filter((text) => splitCommand(text).ok);
    expect(lines.length).toBeGreaterThan(50);
    // One shell reads them all; starting one takes time.
    const script = lines.map((text) => `printf '%s\\0' '<line>' ${text}\n`).join("");
    const printed = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
    expect(printed).toEqual(lines.flatMap((text) => ["<line>", ...words(text)]));
  });
});
