import { describe, expect, test } from "vitest";

import { diagnose } from "./hints";

describe("what a tool's last lines come to", () => {
  test.each([
    [
      "the line the hint is about, not the words after it",
      ["error: target not found: vmi", "==> ERROR: Failed to install packages to new root"],
      "error: target not found: vmi",
      /spelt/,
    ],
    [
      "a dead mirror before the suite it could not tell about",
      [
        "  Could not connect to m.example:80",
        "E: The repository 'http://m.example x Release' does not have a Release file.",
      ],
      "  Could not connect to m.example:80",
      /did not answer/,
    ],
    [
      "a suite the mirror has not",
      ["Err:1 http://m.example x Release", "  404  Not Found", "E: mmdebstrap failed to run"],
      "  404  Not Found",
      /no such suite/,
    ],
    [
      "a broken signature before the keyring",
      [
        'error: base: signature from "A <a@b>" is invalid',
        "error: failed to commit transaction (invalid or corrupted package (PGP signature))",
        "Errors occurred, no packages were upgraded.",
      ],
      'error: base: signature from "A <a@b>" is invalid',
      /not of the file/,
    ],
    [
      "a key the host does not know",
      ['error: base: signature from "A <a@b>" is unknown trust', "error: failed to commit transaction (x)"],
      'error: base: signature from "A <a@b>" is unknown trust',
      /pacman-key --init/,
    ],
    [
      "a damaged package, though pacman speaks of its keyring as well",
      ["checking keyring...", "error: failed to commit transaction (invalid or corrupted package (checksum))"],
      "error: failed to commit transaction (invalid or corrupted package (checksum))",
      /damaged/,
    ],
    ["nothing, of a keyring that is only checked", ["checking keyring...", "error: odd"], "error: odd", null],
    ["nothing known: the last error, without a hint", ["error: odd", "done", "==> done"], "error: odd", null],
    ["no error at all: the last line", ["one", "two"], "two", null],
    ["silence", [], null, null],
  ])("%s", (_, lines, line, hint) => {
    const told = diagnose(lines);
    expect(told.line).toBe(line);
    if (hint === null) expect(told.hint).toBeUndefined();
    else expect(told.hint).toMatch(hint);
  });

  test.each([
    ["disk-full", "cp: error writing 'x': No space left on device"],
    ["disk-full", "ENOSPC: no space left on device, write"],
    ["dead-mirror", "  Could not connect to m.example:80"],
    ["broken-signature", 'error: base: signature from "A <a@b>" is invalid'],
    ["no-signature", "error: missing required signature"],
    ["arch-keyring", 'error: base: signature from "A <a@b>" is unknown trust'],
    ["damaged-package", "error: failed to commit transaction (invalid or corrupted package (checksum))"],
    ["keyring", "W: Cannot check Release signature; keyring file not available /usr/share/keyrings/x.gpg"],
    ["keyring", "W: GPG error: http://m.example x: NO_PUBKEY 0123456789ABCDEF"],
    ["no-mirror", "error: no usable package repositories configured."],
    ["no-package", "error: target not found: vmi"],
    ["no-package", "E: Unable to locate package vmi"],
    ["no-suite", "E: The repository 'http://m.example x Release' does not have a Release file."],
    [undefined, "error: odd"],
  ])("the pages' own word for it is %s", (reason, line) => {
    expect(diagnose([line]).reason).toBe(reason);
  });
});
