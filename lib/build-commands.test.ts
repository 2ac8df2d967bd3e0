import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type BuildOptions, buildCreateSchema, buildOptionsSchema, mirrorSchema } from "./build";
import {
  type BuildHost,
  buildPlace,
  localMirrorPath,
  missingTools,
  pacmanConfigText,
  planCommands,
  previewCommands,
  storedOptions,
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
  const wild = fc.string({ unit: "binary", maxLength: 70 });
  const shell = fc.constantFrom(
    "$(reboot)",
    "`id`",
    "a;b",
    "a|b",
    "a b",
    "-a",
    "--root=/",
    "../x",
    "a\nb",
    "'",
    '"',
    "a\0",
  );
  const word = fc.stringMatching(/^[a-z0-9][a-z0-9.+-]{0,20}$/);
  const any = (...good: fc.Arbitrary<string>[]) => fc.oneof(wild, shell, word, ...good);
  const mirrors = fc
    .tuple(fc.constantFrom("http://m.example/", "https://[::1]:80/", "file:///srv/", "copy:///srv/"), any())
    .map((parts) => parts.join(""));
  const fields = {
    name: any(fc.stringMatching(/^[a-z0-9]{1,8}(?:-[a-z0-9]{1,8})?$/)),
    packages: fc.array(any(), { maxLength: 3 }),
    ignore: fc.array(any(), { maxLength: 3 }),
    mirror: any(fc.webUrl(), mirrors, fc.constant("https://m.example/$repo/os/$arch")),
    suite: any(fc.constantFrom("bookworm", "stable")),
    config: any(fc.constantFrom("/srv/a.conf", "/srv/../etc/shadow", "-c", "/srv/$(id).conf")),
  };
  const recipe = fc.constantFrom<BuildOptions["recipe"]>("arch", "debian");
  const input = fc.record({
    ...fields,
    recipe,
    name: fc.oneof({ weight: 3, arbitrary: fc.constant("arch-1") }, { weight: 1, arbitrary: fields.name }),
    packages: fc.oneof(fc.array(word, { maxLength: 3 }), fields.packages),
    ignore: fc.oneof(fc.constant(undefined), fc.array(word, { maxLength: 3 }), fields.ignore),
    mirror: fc.oneof(fc.constant(undefined), fields.mirror),
    suite: fc.oneof(fc.constant(undefined), fields.suite),
    config: fc.oneof(fc.constant(undefined), fields.config),
  });
  const hosts = fc.constantFrom<Partial<BuildHost>>({}, { mmdebstrap: null }, { btrfs: null, pacmanKeyring: false });
  const rootLogin = { kind: "none" } as const;

  /** What a person typed is one whole argument, or a whole value of one of these. */
  const OWN_OPTIONS =
    /^(?:-[cCMGd]|--ignore|--force|--variant=(?:apt|minbase)|--include=[^ ]*|--aptopt=\/.*|--root(?:-[a-z-]+)?=.*|--delete-root-password|--no-(?:clobber|target-directory|check-gpg)|--mode=755)$/;

  test("never becomes an option, leaves the pool, or brings a line break; no shell is run", () => {
    let accepted = 0;
    fc.assert(
      fc.property(input, hosts, (typed, host) => {
        const parsed = buildOptionsSchema.safeParse({ ...typed, rootLogin });
        if (!parsed.success) return;
        accepted++;
        const options = parsed.data;
        const place = buildPlace("abcdefgh", options.name);
        expect(place.target).toMatch(/^\/var\/lib\/machines\/[A-Za-z0-9][A-Za-z0-9.-]*$/);
        for (const { argv } of planCommands(options, { ...HOST, ...host }, place)) {
          expect(argv[0]).toMatch(
            /^\/usr\/s?bin\/(?:pacstrap|mmdebstrap|debootstrap|btrfs|mkdir|mv|systemctl|systemd-firstboot)$/,
          );
          for (const text of argv.slice(1)) {
            // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be in there.
            expect(text).not.toMatch(/[\u0000-\u001f\u007f]/);
            if (text.startsWith("-")) expect(text).toMatch(OWN_OPTIONS);
          }
        }
      }),
      { numRuns: 3000 },
    );
    // The generator is no test when everything is refused.
    expect(accepted).toBeGreaterThan(200);
  });

  test("a mirror brings nothing into a pacman.conf but its own line, and nothing a shell would expand", () => {
    fc.assert(
      fc.property(fields.mirror, (mirror) => {
        if (!mirrorSchema.safeParse(mirror).success) return;
        expect(mirror.replaceAll(/\$(?:repo|arch)/g, "")).not.toMatch(/[\s$`'"\\;|<>(){}*!#^]/);
        const lines = pacmanConfigText(mirror, ["core"]).split("\n");
        const plain = pacmanConfigText("https://m.example", ["core"]).split("\n");
        expect(lines.map((line) => line.split(" = ")[0])).toEqual(plain.map((line) => line.split(" = ")[0]));
      }),
      { numRuns: 3000 },
    );
  });

  test("a password is in no command and in no record", () => {
    const passwords = fc
      .string({ unit: "grapheme", minLength: 8, maxLength: 64 })
      .filter((text) => text.trim().length > 7);
    fc.assert(
      fc.property(passwords, recipe, (password, recipe) => {
        const login = { kind: "password", password } as const;
        const parsed = buildCreateSchema.safeParse({ name: "arch-1", recipe, rootLogin: login });
        if (!parsed.success) return;
        const options = storedOptions(parsed.data);
        expect(options.rootLogin).toEqual({ kind: "password" });
        const commands = planCommands(options, HOST, PLACE);
        expect(commands.filter(({ readsPassword }) => readsPassword)).toHaveLength(1);
        const { name: _, ...rest } = options;
        for (const text of [JSON.stringify(rest), ...commands.flatMap(({ argv }) => argv)]) {
          expect(text).not.toContain(password);
        }
        // A record that has one is refused when it is read again.
        expect(buildOptionsSchema.safeParse({ ...options, rootLogin: login }).success).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
