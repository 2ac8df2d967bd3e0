import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { AppError } from "@/lib/errors";
import type { Machine } from "@/lib/machine";
import type { Deps } from "../deps";
import { allowRootLogin, readLoginRefusal } from "./root-login";

const LIST = "console\ntty1\n";
const HEEDED = "auth required pam_securetty.so\nauth include system-local-login\n";
const LINES = Array.from({ length: 10 }, (_, index) => `pts/${index}`);

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "machineroom-root-login-"));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

function put(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
}

/** A stopped machine whose tree is `tree`; nothing else of the host is asked. */
function deps(row: Partial<Machine> = {}): Deps {
  const machine = { name: "old", rootDirectory: tree, leaderPid: null, readOnly: false, ...row };
  return { world: { connected: true, machine: () => machine } } as unknown as Deps;
}

const list = () => readFileSync(join(tree, "etc/securetty"), "utf8");
const errorOf = async (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe("what refuses root", () => {
  test("is told with the lines that are missing and the command that adds them", async () => {
    put({ "etc/securetty": LIST, "etc/pam.d/login": HEEDED });
    expect(await readLoginRefusal(deps(), "old")).toEqual({
      file: "/etc/securetty",
      pamFile: "/etc/pam.d/login",
      missing: LINES,
      command: `sed -i '$a${LINES.join("\\n")}' ${tree}/etc/securetty`,
      obstacle: null,
    });
  });

  test.each<[string, Record<string, string>, string]>([
    [
      "a file that is included",
      { "etc/pam.d/login": "@include common-auth\n", "etc/pam.d/common-auth": HEEDED },
      "/etc/pam.d/common-auth",
    ],
    ["the vendor's file", { "usr/lib/pam.d/login": HEEDED }, "/usr/lib/pam.d/login"],
    [
      "a line that goes on",
      { "etc/pam.d/login": "auth [success=ok \\\n default=die] pam_securetty.so\n" },
      "/etc/pam.d/login",
    ],
    [
      "files that include each other",
      {
        "etc/pam.d/login": "auth include a\n",
        "etc/pam.d/a": "auth substack login\nauth include b\n",
        "etc/pam.d/b": HEEDED,
      },
      "/etc/pam.d/b",
    ],
  ])("is found in %s", async (_name, files, pamFile) => {
    put({ "etc/securetty": LIST, ...files });
    expect(await readLoginRefusal(deps(), "old")).toMatchObject({ pamFile });
  });

  test.each<[string, Record<string, string>]>([
    ["where there is no list", { "etc/pam.d/login": HEEDED }],
    ["where the list has them", { "etc/securetty": `${LIST}${LINES.join("\n")}`, "etc/pam.d/login": HEEDED }],
    [
      "where nothing heeds the list",
      { "etc/securetty": LIST, "etc/pam.d/login": "#auth required pam_securetty.so\nauth required pam_unix.so\n" },
    ],
  ])("is nothing %s", async (_name, files) => {
    put(files);
    expect(await readLoginRefusal(deps(), "old")).toBeNull();
  });

  test("is not looked for in a list that is a link to the host's", async () => {
    put({ "etc/pam.d/login": HEEDED });
    symlinkSync("/etc/passwd", join(tree, "etc/securetty"));
    expect(await readLoginRefusal(deps(), "old")).toBeNull();
  });
});

describe("letting root in", () => {
  test("adds the lines once, however often and at once it is asked", async () => {
    put({ "etc/securetty": LIST, "etc/pam.d/login": HEEDED });
    const answers = await Promise.all([1, 2, 3].map(() => allowRootLogin(deps(), "old")));
    expect(answers.filter(({ command }) => command !== null).length).toBe(1);
    expect(list()).toBe(`${LIST}${LINES.join("\n")}\n`);
    expect(await readLoginRefusal(deps(), "old")).toBeNull();
  });

  test("is refused where the image is read-only, and nothing is changed", async () => {
    put({ "etc/securetty": LIST, "etc/pam.d/login": HEEDED });
    expect(await readLoginRefusal(deps({ readOnly: true }), "old")).toMatchObject({ obstacle: "readOnly" });
    const error = await errorOf(allowRootLogin(deps({ readOnly: true }), "old"));
    expect(error).toMatchObject({ code: "PRECONDITION", hint: expect.stringContaining("machinectl read-only old no") });
    expect(list()).toBe(LIST);
  });

  test("is refused for a disk image that does not run", async () => {
    writeFileSync(join(tree, "old.raw"), "");
    const disk = deps({ rootDirectory: join(tree, "old.raw") });
    expect(await readLoginRefusal(disk, "old")).toBeNull();
    expect(await errorOf(allowRootLogin(disk, "old"))).toBeInstanceOf(AppError);
  });
});
