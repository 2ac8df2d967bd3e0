import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatCommand, machineCommands } from "./commands";

describe("formatCommand", () => {
  it("leaves plain words alone", () => {
    expect(formatCommand(machineCommands.start("arch"))).toBe("machinectl start arch");
    expect(formatCommand(machineCommands.shell("arch", "root", ["/bin/sh"]))).toBe(
      "machinectl shell root@arch /bin/sh",
    );
  });

  it("is read back by a POSIX shell as the same words", () => {
    // fast-check's own "binary" builds a table of all code points first: seconds of nothing.
    const character = fc.integer({ min: 1, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
    const word = fc.string({ unit: character, maxLength: 40 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (argv) => {
        const script = `printf '%s\\0' ${formatCommand(argv)}`;
        const printed = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" });
        expect(printed.split("\0").slice(0, -1)).toEqual(argv);
      }),
      { numRuns: 50 },
    );
  });
});
