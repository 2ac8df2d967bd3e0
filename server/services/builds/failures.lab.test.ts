import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { archConfig, goOn, slowArchConfig } from "@/lab/arch-configs";
import type { Build } from "@/lib/build";
import { POOL } from "@/lib/build-commands";
import type { BuildReason } from "@/lib/build-reasons";
import { command } from "../test-machine";
import { cancelBuild } from "./change";
import { getBuild, listBuilds } from "./read";
import {
  archBuild,
  createTestHost,
  DEBIAN_MIRROR,
  expectNothingLeft,
  FIXTURES,
  inPool,
  type TestHost,
} from "./test-host";

const NAME = "fails";
const OTHERS = ["fails-next", "fails-full"];
let host: TestHost;
let slow: string;

beforeAll(async () => {
  host = await createTestHost();
  slow = slowArchConfig(host.dataDir, { lines: 3000, delay: 0.02 });
});

afterEach(() => host.remove(NAME, ...OTHERS));

afterAll(() => host.close());

function unitOf(id: string): string {
  return `machineroom-build@${id}.service`;
}

interface Told {
  message: RegExp;
  hint: RegExp;
  /** The word pages know it by. */
  reason?: BuildReason;
}

/** A failed build says what failed and what to try, ends its log with it, and leaves nothing but its record. */
async function expectFailure(build: Build, told: Told): Promise<void> {
  expect(build).toMatchObject({ state: "failed", packages: null });
  expect(build.error?.message).toMatch(told.message);
  expect(build.error?.hint).toMatch(told.hint);
  expect(build.error?.reason).toBe(told.reason ?? null);
  expect(build.steps.map(({ state }) => state)).not.toContain("running");
  expect(build.finishedAt).not.toBeNull();
  expect(inPool(build.name)).toBe(false);
  await expectNothingLeft();
}

async function expectLastLine(id: string, message: RegExp): Promise<void> {
  expect((await host.log(id)).at(-1)?.text).toMatch(message);
}

/** After whatever happened, the next build of the same name is made. */
async function expectNextSucceeds(): Promise<void> {
  expect(await host.build(archBuild(NAME))).toMatchObject({ state: "succeeded", error: null });
}

describe("what is refused before anything is run", () => {
  async function expectRefused(input: unknown, error: object): Promise<void> {
    const before = await listBuilds(host.deps, { limit: 200 });
    await expect(host.create(input)).rejects.toMatchObject(error);
    expect(await listBuilds(host.deps, { limit: 200 })).toEqual(before);
    await expectNothingLeft();
  }

  it.each(["../x", "-a", "a".repeat(65), "a b", ".host", "é", ""])("the name %j", async (name) => {
    await expectRefused({ ...archBuild(NAME), name }, { issues: [{ path: ["name"] }] });
  });

  it("a name that an image has, of either kind", async () => {
    for (const path of [join(POOL, NAME), join(POOL, `${NAME}.raw`)]) {
      mkdirSync(path);
      await expectRefused(archBuild(NAME), {
        code: "CONFLICT",
        reason: "name-taken",
        hint: expect.stringContaining("another name"),
      });
      rmSync(path, { recursive: true });
    }
  });

  it("a tool that is not installed, with the packages that bring it", async () => {
    renameSync("/usr/bin/pacstrap", "/usr/bin/pacstrap.away");
    try {
      const error = {
        code: "PRECONDITION",
        reason: "missing-tool",
        message: "This host lacks pacstrap.",
        hint: expect.stringMatching(/scripts/),
      };
      await expectRefused(archBuild(NAME), error);
    } finally {
      renameSync("/usr/bin/pacstrap.away", "/usr/bin/pacstrap");
    }
  });

  it("a configuration file that is not there", async () => {
    await expectRefused(archBuild(NAME, { config: "/srv/none.conf" }), { code: "PRECONDITION" });
  });
});

describe("a build fails", () => {
  it("where its tool went away while it waited", async () => {
    const first = await host.create(archBuild(NAME, { config: slow }));
    const waiting = await host.create(archBuild("fails-next"));
    await host.logHas(first, "slow line 1");
    renameSync("/usr/bin/pacstrap", "/usr/bin/pacstrap.away");
    try {
      await cancelBuild(host.deps, first);
      const build = await host.ended(waiting);
      await expectFailure(build, { message: /^\/usr\/bin\/pacstrap could not be run/, hint: /installed/ });
    } finally {
      renameSync("/usr/bin/pacstrap.away", "/usr/bin/pacstrap");
    }
  });

  it.each([
    ["arch", { mirror: "http://127.0.0.1:9/arch" }],
    ["debian", { mirror: "http://127.0.0.1:9/debian", suite: "bookworm" }],
  ])("where %s's mirror is dead", async (recipe, options) => {
    const build = await host.build({ name: NAME, recipe, ...options, rootLogin: { kind: "none" } });
    const message = /ended with exit status \d+: .+/;
    await expectFailure(build, { message, hint: /^The mirror did not answer/, reason: "dead-mirror" });
    expect(build.exitCode).toBeGreaterThan(0);
    await expectLastLine(build.id, /ended with exit status/);
  });

  it("where a package is not there", async () => {
    const build = await host.build(archBuild(NAME, { packages: ["base", "no-such-package"] }));
    await expectFailure(build, {
      message: /target not found: no-such-package/,
      hint: /how it is spelt/,
      reason: "no-package",
    });
  });

  it("where the suite is not there", async () => {
    const build = await host.build({
      name: NAME,
      recipe: "debian",
      suite: "no-such-suite",
      mirror: DEBIAN_MIRROR,
      rootLogin: { kind: "none" },
    });
    await expectFailure(build, { message: /mmdebstrap ended/, hint: /no such suite/, reason: "no-suite" });
  });

  it("where a package's signature is not of that package, or is not there", { timeout: 180_000 }, async () => {
    const { right, wrong, unsigned } = signedArch();
    expect(await host.build(archBuild(NAME, { config: right }))).toMatchObject({ state: "succeeded", error: null });
    await host.remove(NAME);
    const broken = await host.build(archBuild(NAME, { config: wrong }));
    await expectFailure(broken, {
      message: /base: signature from .* is invalid/,
      hint: /^A signature is not of the file/,
      reason: "broken-signature",
    });
    const bare = await host.build(archBuild(NAME, { config: unsigned }));
    await expectFailure(bare, { message: /pacstrap ended/, hint: /no signature/, reason: "no-signature" });
  });

  it("where a Debian mirror on the network is not signed", async () => {
    const server = createServer(({ url }, response) => {
      const path = join(FIXTURES, "debian-mirror", normalize(decodeURIComponent(url ?? "/")));
      if (!existsSync(path)) return void response.writeHead(404).end();
      response.end(readFileSync(path));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const mirror = `http://127.0.0.1:${port}`;
      const build = await host.build({
        name: NAME,
        recipe: "debian",
        suite: "bookworm",
        mirror,
        rootLogin: { kind: "none" },
      });
      await expectFailure(build, { message: /mmdebstrap ended/, hint: /signatures/, reason: "keyring" });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it("where somebody makes an image of its name meanwhile, which is left as it is", async () => {
    const held = slowArchConfig(host.dataDir, { lines: 10, delay: 0.02, heldAfter: [5] });
    const id = await host.create(archBuild(NAME, { config: held }));
    await host.logHas(id, "slow line 5");
    mkdirSync(join(POOL, NAME));
    writeFileSync(join(POOL, NAME, "precious"), "theirs");
    goOn(id);
    const build = await host.ended(id);
    expect(readFileSync(join(POOL, NAME, "precious"), "utf8")).toBe("theirs");
    rmSync(join(POOL, NAME), { recursive: true });
    const message = /\/var\/lib\/machines\/fails exists already/;
    await expectFailure(build, { message, hint: /Choose another name/, reason: "name-taken" });
  });
});

/** Three pacman.conf of the fixtures' repository, which demand signatures by a key of this test. */
function signedArch(): { right: string; wrong: string; unsigned: string } {
  const gnupg = join(host.dataDir, "gnupg");
  mkdirSync(gnupg, { mode: 0o700 });
  const gpg = (...args: string[]) => command("/usr/bin/gpg", "--homedir", gnupg, "--batch", "--yes", ...args);
  gpg("--passphrase", "", "--quick-generate-key", "Lab <lab@example.com>", "ed25519", "sign", "never");
  const other = join(host.dataDir, "other");
  writeFileSync(other, "not the package");
  const repository = (name: string, signed: (file: string) => string | null) => {
    const directory = join(host.dataDir, name, "core");
    cpSync(join(FIXTURES, "arch/core"), directory, { recursive: true, dereference: true });
    for (const file of readdirSync(directory).filter((file) => file.endsWith(".zst"))) {
      const signs = signed(join(directory, file));
      if (signs !== null) gpg("--output", `${join(directory, file)}.sig`, "--detach-sign", signs);
    }
    return archConfig(host.dataDir, name, (text) =>
      text
        .replace("SigLevel = Never", `SigLevel = PackageRequired PackageTrustAll DatabaseNever\nGPGDir = ${gnupg}`)
        .replace(/Server = .*/, `Server = file://${directory}`)
        .replace("[options]\n", `[options]\nCacheDir = ${directory}-cache/\n`),
    );
  };
  const configs = {
    right: repository("right", (file) => file),
    wrong: repository("wrong", (file) => (file.includes("/base-") ? other : file)),
    unsigned: repository("unsigned", () => null),
  };
  command("/usr/bin/gpgconf", "--homedir", gnupg, "--kill", "all");
  return configs;
}

describe("a build whose builder is ended", () => {
  async function running(): Promise<string> {
    const id = await host.create(archBuild(NAME, { config: slow }));
    await host.logHas(id, "slow line 20");
    return id;
  }

  function expectNoProcess(id: string): void {
    expect(() => command("/usr/bin/pgrep", "-f", `[.]build-${id}`)).toThrow();
  }

  it("by SIGKILL has failed, and its commands have ended with it", async () => {
    const id = await running();
    command("/usr/bin/systemctl", "kill", "--kill-whom=main", "--signal=KILL", unitOf(id));
    await expectFailure(await host.ended(id), { message: /builder itself was ended \(KILL\)/, hint: /journalctl/ });
    expectNoProcess(id);
    await expectNextSucceeds();
  });

  it("by systemctl stop was stopped from outside", async () => {
    const id = await running();
    command("/usr/bin/systemctl", "stop", unitOf(id));
    await expectFailure(await host.ended(id), {
      message: /stopped from outside/,
      hint: /Build it again/,
      reason: "stopped",
    });
    expectNoProcess(id);
    await expectNextSucceeds();
  });

  it("by the host going down is lost where nothing was left to tell; its tree is removed", async () => {
    const id = await running();
    const waiting = await host.create(
      archBuild("fails-next", { rootLogin: { kind: "password", password: "in memory only" } }),
    );
    const { spec, password } = host.deps.builds.files(id);
    const { password: waitingPassword } = host.deps.builds.files(waiting);
    await host.restart(async () => {
      // Without its order the unit's own cleaning can tell nothing, as if the power had gone.
      renameSync(spec, `${spec}.away`);
      command("/usr/bin/systemctl", "kill", "--signal=KILL", unitOf(id));
      await vi.waitFor(() => expect(unitState(id)).toMatch(/inactive|failed/), { timeout: 30_000 });
      renameSync(`${spec}.away`, spec);
      for (const file of [password, waitingPassword]) rmSync(file, { force: true });
      mkdirSync(join(POOL, `.build-${id}`, "usr"), { recursive: true });
    });
    const build = await host.ended(id);
    expect(build).toMatchObject({ state: "lost", exitCode: null, packages: null });
    expect(build.error).toMatchObject({ reason: "lost", hint: expect.stringMatching(/build it again/) });
    await expectFailure(await host.ended(waiting), { message: /password is gone/, hint: /again with a password/ });
    await expectNextSucceeds();
  });

  function unitState(id: string): string {
    return command("/usr/bin/systemctl", "show", "--value", "-p", "ActiveState", unitOf(id)).trim();
  }

  it("after its tree was put in place has succeeded", async () => {
    const id = await host.create(archBuild(NAME));
    const { result } = host.deps.builds.files(id);
    const build = await host.ended(id);
    await host.restart(async () => {
      rmSync(result);
      await host.deps.db.build.update({ where: { id }, data: { state: "running", finishedAt: null } });
    });
    expect(await host.ended(id)).toMatchObject({ state: "succeeded", exitCode: 0, sizeBytes: build.sizeBytes });
    expect(inPool(NAME)).toBe(true);
  });
});

describe("a full disk", () => {
  const filler = join(POOL, ".filler");

  const freeBytes = () => Number(command("/usr/bin/df", "--output=avail", "--block-size=1", POOL).split("\n")[1]);

  /** Leaves so much room on the pool's disk. What was removed before gives its room back in the background, a part of it with the next commit only. */
  async function fill(leaveBytes: number): Promise<void> {
    let size = 0;
    await vi.waitFor(
      () => {
        command("/usr/bin/btrfs", "subvolume", "sync", POOL);
        command("/usr/bin/btrfs", "filesystem", "sync", POOL);
        const more = freeBytes() - leaveBytes;
        size += Math.max(0, more);
        command("/usr/bin/fallocate", "--length", String(size), filler);
        expect(more).toBeLessThan(1024 * 1024);
      },
      { timeout: 60_000, interval: 1000 },
    );
  }

  afterEach(() => rmSync(filler, { force: true }));

  it("fails the build, and the record tells why though it is on that very disk", { timeout: 180_000 }, async () => {
    const small = await createTestHost({ disk: POOL });
    try {
      await fill(120 * 1024 * 1024);
      const build = await small.build(archBuild("fails-full"));
      await expectFailure(build, {
        message: /Write failed|No space left/,
        hint: /disk is full/,
        reason: "disk-full",
      });
      rmSync(filler);
      const again = await small.build(archBuild("fails-full"));
      expect(again).toMatchObject({ state: "succeeded" });
    } finally {
      await small.close();
    }
  });
});

it("a log that is cut in the middle of a line is read up to there", async () => {
  const build = await host.build(archBuild(NAME));
  const whole = await host.log(build.id);
  appendFileSync(host.deps.builds.files(build.id).log, '{"seq":');
  expect(await host.log(build.id)).toEqual(whole);
  expect(await getBuild(host.deps, build.id)).toMatchObject({ state: "succeeded" });
});
