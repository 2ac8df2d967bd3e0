import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type BuildOptions, buildCreateSchema } from "./build";
import {
  type BuildHost,
  buildPlace,
  localMirrorPath,
  missingTools,
  pacmanConfigText,
  planCommands,
  previewCommands,
  unsupportedOption,
} from "./build-commands";

const HOST: BuildHost = {
  pacstrap: "/usr/bin/pacstrap",
  pacstrapHasDirectoryOption: false,
  pacmanMirrorlist: true,
  pacmanKeyring: true,
  pacmanRepositories: true,
  mmdebstrap: "/usr/bin/mmdebstrap",
  debootstrap: "/usr/sbin/debootstrap",
  btrfs: "/usr/bin/btrfs",
  firstboot: "/usr/bin/systemd-firstboot",
};
const ARCH: BuildOptions = { name: "arch", recipe: "arch", rootLogin: { kind: "passwordless" } };
const DEBIAN: BuildOptions = { name: "deb", recipe: "debian", rootLogin: { kind: "none" } };
const PLACE = buildPlace("abcdefgh", "arch");

function install(options: BuildOptions, host: Partial<BuildHost> = {}): string {
  const [command] = planCommands(options, { ...HOST, ...host }, PLACE).filter(({ step }) => step === "install");
  return command?.argv.join(" ") ?? "";
}

describe("pacstrap", () => {
  test("installs base without a kernel, with the host's cache", () => {
    expect(install(ARCH)).toBe("/usr/bin/pacstrap -c /var/lib/machines/.build-abcdefgh base --ignore linux");
  });

  test("gets -d only where it knows it", () => {
    expect(install(ARCH, { pacstrapHasDirectoryOption: true })).toContain("pacstrap -c -d /var");
    expect(install(ARCH)).not.toContain("-d");
  });

  test("gets -M without a mirrorlist and -G without a keyring to copy", () => {
    expect(install(ARCH, { pacmanMirrorlist: false, pacmanKeyring: false })).toContain("-c -M -G /var");
  });

  test("takes the given configuration, or one made for the mirror", () => {
    expect(install({ ...ARCH, config: "/srv/pacman.conf" })).toContain("-C /srv/pacman.conf");
    const mirror = install({ ...ARCH, mirror: "https://mirror.example/arch" });
    expect(mirror).toContain("-C /var/lib/machineroom/builds/abcdefgh/pacman.conf -M");
    expect(install(ARCH, { pacmanRepositories: false })).toContain(
      "-C /var/lib/machineroom/builds/abcdefgh/pacman.conf",
    );
  });

  test("ignores nothing where nothing is to be ignored", () => {
    expect(install({ ...ARCH, ignore: [] })).not.toContain("--ignore");
    expect(install({ ...ARCH, ignore: ["linux", "linux-lts"], packages: ["base", "vim"] })).toMatch(
      / base vim --ignore linux,linux-lts$/,
    );
  });
});

test("a pacman.conf requires signatures but of a directory of the host", () => {
  expect(pacmanConfigText("https://mirror.example/arch/")).toContain(
    "[core]\nServer = https://mirror.example/arch/$repo/os/$arch\n",
  );
  expect(pacmanConfigText("https://mirror.example/arch")).toContain("SigLevel = Required DatabaseOptional");
  const local = pacmanConfigText("file:///srv/arch/$repo", ["core"]);
  expect(local).toContain("SigLevel = Never");
  expect(local).toContain("Server = file:///srv/arch/$repo\n");
});

describe("Debian", () => {
  test("mmdebstrap trusts a directory of the host, and reads it from outside the tree", () => {
    const command = install({ ...DEBIAN, suite: "bookworm", mirror: "file:///srv/mirror", packages: ["vim", "dbus"] });
    expect(command).toBe(
      "/usr/bin/mmdebstrap --variant=apt --include=systemd,systemd-sysv,dbus,libpam-systemd,login,passwd,iproute2,vim " +
        "bookworm /var/lib/machines/.build-abcdefgh deb [trusted=yes] copy:/srv/mirror bookworm main",
    );
  });

  test("debootstrap steps in", () => {
    expect(install({ ...DEBIAN, mirror: "copy:/srv/mirror" }, { mmdebstrap: null })).toMatch(
      /^\/usr\/sbin\/debootstrap --variant=minbase --include=\S+ --no-check-gpg stable \S+ file:\/\/\/srv\/mirror$/,
    );
  });

  test.each([
    ["file:///srv/a", "/srv/a"],
    ["copy:/srv/a", "/srv/a"],
    ["http://a/b", null],
  ])("%s is at %s", (mirror, path) => expect(localMirrorPath(mirror)).toBe(path));
});

test("what a recipe cannot honour is named", () => {
  expect(unsupportedOption({ ...ARCH, suite: "x" }, HOST)).toMatch(/suites/);
  expect(unsupportedOption({ ...DEBIAN, ignore: ["linux"] }, HOST)).toMatch(/ignore/);
  expect(unsupportedOption({ ...DEBIAN, config: "/a" }, { ...HOST, mmdebstrap: null })).toMatch(/debootstrap/);
  expect(unsupportedOption({ ...ARCH, config: "/a", mirror: "http://a" }, HOST)).toMatch(/not both/);
  expect(unsupportedOption(ARCH, HOST)).toBeNull();
  expect(missingTools("arch", { ...HOST, pacstrap: null })).toEqual(["pacstrap"]);
  expect(missingTools("debian", { ...HOST, mmdebstrap: null })).toEqual([]);
});

test("the preview is the plan itself", () => {
  expect(previewCommands(ARCH, { ...HOST, btrfs: null })[0]).toBe(
    "/usr/bin/mkdir --mode=755 /var/lib/machines/.build-ID",
  );
  expect(previewCommands(ARCH, HOST)).toHaveLength(planCommands(ARCH, HOST, PLACE).length);
});

describe("any accepted input", () => {
  const word = fc.string({ unit: "binary", maxLength: 70 });
  const input = fc.record(
    {
      name: fc.oneof(
        fc.constantFrom("a", "../x", "-a", "a b", ".host", "é"),
        word,
        fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/),
      ),
      recipe: fc.constantFrom("arch", "debian"),
      packages: fc.array(fc.oneof(word, fc.stringMatching(/^[-a-z@/.]{1,10}$/)), { maxLength: 3 }),
      ignore: fc.array(fc.oneof(word, fc.stringMatching(/^[-a-z,]{1,10}$/)), { maxLength: 3 }),
      mirror: fc.oneof(word, fc.webUrl(), fc.constant("file:///srv/a\nb")),
      suite: fc.oneof(word, fc.stringMatching(/^[-a-z./]{1,10}$/)),
      config: fc.oneof(word, fc.constantFrom("/srv/a.conf", "/srv/../etc/shadow", "-c")),
    },
    { requiredKeys: ["name", "recipe"] },
  );

  test("never becomes an option, leaves the pool, or brings a line break", () => {
    fc.assert(
      fc.property(input, (fields) => {
        const parsed = buildCreateSchema.safeParse({ ...fields, rootLogin: { kind: "none" } });
        if (!parsed.success) return;
        const { rootLogin: _, ...rest } = parsed.data;
        const options: BuildOptions = JSON.parse(JSON.stringify({ ...rest, rootLogin: { kind: "none" } }));
        const place = buildPlace("abcdefgh", options.name);
        expect(place.target).toMatch(/^\/var\/lib\/machines\/[A-Za-z0-9][A-Za-z0-9.-]*$/);
        const known =
          /^(?:-[cCMGd]|--ignore|--force|--variant=.*|--include=[^ ]*|--aptopt=\/.*|--root(?:-[a-z-]+)?=.*|--no-.*|--mode=755)$/;
        for (const { argv } of planCommands(options, HOST, place)) {
          for (const text of argv.slice(1)) {
            expect(text).not.toMatch(/[\0\n\r]/);
            if (text.startsWith("-")) expect(text).toMatch(known);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
