import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { type JournalEntry, type JournalQueryInput, journalQuerySchema } from "@/lib/journal";
import { command, TestMachine, UNITS } from "../test-machine";
import { checkExport, exportJournal } from "./export";
import { listJournalBoots, listJournalUnits, queryJournal, readEntry } from "./query";
import { cursorsOf, type JournalHost, loudUnit, openJournalHost } from "./test-journal";

const SEED = `for n in $(seq 400); do echo "<$((n % 8))>seed $n"; done`;
/** No UTF-8, a line longer than a list shows, and one that looks like an option. */
const ODD = `printf '\\377\\376 odd bytes\\n'; head -c 40000 /dev/zero | tr '\\0' x; echo; echo '--grep=all of it'`;

/** An entry with more than is read of one. */
const HEAVY = `{ echo MESSAGE=heavy; printf DUMP=; head -c 9M /dev/zero | tr '\\0' x; echo; } | logger --journald`;

let host: JournalHost;
let machine: TestMachine;

const query = (input: Partial<JournalQueryInput>) =>
  queryJournal(host.deps, journalQuerySchema.parse({ name: machine.name, ...input }));
const cursors = (entries: readonly JournalEntry[]) => entries.map(({ cursor }) => cursor);
const messages = (entries: readonly JournalEntry[]) => entries.map(({ message }) => message);
const person = (userId: string) => ({ userId, signal: new AbortController().signal });
const filesOf = (tree: string) => {
  const directory = join(tree, "var/log/journal");
  return join(directory, readdirSync(directory)[0] ?? "none");
};

/** Every page in one direction, joined as a reader would. */
async function pages(input: Partial<JournalQueryInput>): Promise<JournalEntry[]> {
  const all: JournalEntry[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await query({ ...input, ...(cursor !== undefined && { cursor }) });
    if (input.direction === "forward") all.push(...page.entries);
    else all.unshift(...page.entries);
    cursor = page.nextCursor ?? undefined;
  }
  return all;
}

beforeAll(async () => {
  host = await openJournalHost();
  machine = new TestMachine("journal-test", host.deps.world);
  await machine.place({
    "root/seed.sh": SEED,
    "root/odd.sh": ODD,
    "root/heavy.sh": HEAVY,
    [`${UNITS}/seed.service`]: loudUnit("/root/seed.sh"),
    [`${UNITS}/odd.service`]: loudUnit("/root/odd.sh"),
    [`${UNITS}/heavy.service`]: loudUnit("/root/heavy.sh"),
  });
  await machine.start();
  machine.systemctl("start", "seed.service", "odd.service", "heavy.service");
  // A unit has ended before journald has taken its last lines.
  const written = (unit: string) => machine.journalctl("-o", "cat", "-u", unit);
  await vi.waitFor(() => {
    expect(written("seed.service").filter((line) => line.startsWith("seed "))).toHaveLength(400);
    expect(written("odd.service")).toContain("--grep=all of it");
    expect(machine.journalctl("-o", "cat", "-g", "^heavy$")).toEqual(["heavy"]);
    for (const unit of ["seed.service", "odd.service", "heavy.service"])
      expect(written(unit).filter((line) => line.startsWith("Finished "))).toHaveLength(1);
  }, 60_000);
});

afterAll(async () => {
  machine.remove();
  await host.close();
});

describe("the journal of a machine that runs", () => {
  it.each([7, 150])("paged by %i in both directions is what journalctl -M prints", async (limit) => {
    const forward = cursors(await pages({ direction: "forward", limit }));
    const backward = cursors(await pages({ direction: "backward", limit }));
    const theirs = cursorsOf(machine.journalctl("-o", "json", "--output-fields=_PID"));
    expect(forward.length).toBeGreaterThan(400);
    // The machine may have logged meanwhile.
    expect(forward).toEqual(theirs.slice(0, forward.length));
    expect(backward).toEqual(theirs.slice(0, backward.length));
    expect(theirs.length - forward.length).toBeLessThan(20);
  });

  it("is filtered as journalctl filters", async () => {
    const units = ["seed.service"];
    const theirs = machine.journalctl("-o", "cat", "-u", "seed.service", "-p", "3", "-g", "^seed \\d*5\\d*$");
    expect(theirs.length).toBeGreaterThan(10);
    expect(messages(await pages({ units, priority: 3, grep: "^seed \\d*5\\d*$", limit: 9 }))).toEqual(theirs);
    const all = await pages({ units, grep: "^seed \\d+$", direction: "forward", limit: 1000 });
    expect(messages(all)).toEqual(Array.from({ length: 400 }, (_, index) => `seed ${index + 1}`));
    expect(new Set(all.map(({ priority }) => priority)).size).toBe(8);
    const [from, to] = [all[100], all[200]];
    const within = await pages({ units, since: from?.at, until: to?.at, limit: 20 });
    expect(cursors(within)).toEqual(
      cursorsOf(
        machine.journalctl(
          "-o",
          "json",
          "-u",
          "seed.service",
          `--since=${from?.at.replace("T", " ").replace("Z", " UTC")}`,
          `--until=${to?.at.replace("T", " ").replace("Z", " UTC")}`,
        ),
      ),
    );
  });

  it("has boots and units to choose from", async () => {
    const boots = await listJournalBoots(host.deps, machine.name);
    expect(boots).toHaveLength(1);
    const [boot] = boots;
    expect(machine.journalctl("-F", "_BOOT_ID")).toEqual([boot?.bootId]);
    expect(cursors(await pages({ boot: boot?.bootId, limit: 500 })).length).toBeGreaterThan(400);
    expect((await query({ boot: "0".repeat(32) })).entries).toEqual([]);
    const units = await listJournalUnits(host.deps, machine.name);
    expect(units).toEqual(expect.arrayContaining(["init.scope", "seed.service", "odd.service"]));
  });

  it("says what is wrong with a pattern, and never takes it for an option", async () => {
    await expect(query({ grep: "(" })).rejects.toMatchObject({ code: "INVALID", reason: "bad-pattern" });
    expect(messages((await query({ grep: "--grep=all" })).entries)).toEqual(["--grep=all of it"]);
    await expect(query({ grep: "--version" })).resolves.toMatchObject({ entries: [] });
  });

  it("takes bytes that are no text, and long lines", async () => {
    const { entries } = await query({ units: ["odd.service"] });
    const bytes = entries.find(({ message }) => message.endsWith(" odd bytes"));
    expect(bytes?.message).toBe("\ufffd\ufffd odd bytes");
    const long = entries.find(({ truncated }) => truncated);
    expect(long?.message).toHaveLength(16 * 1024);
    const details = await readEntry(host.deps, { name: machine.name, cursor: long?.cursor ?? "" });
    expect(details.fields[0]).toMatchObject({ name: "MESSAGE", binary: false, value: "x".repeat(40_000) });
    const binary = await readEntry(host.deps, { name: machine.name, cursor: bytes?.cursor ?? "" });
    expect(binary.fields[0]).toMatchObject({ name: "MESSAGE", binary: true });
    const names = machine.journalctl("-o", "json", "--all", "-n", "1", `--cursor=${bytes?.cursor}`);
    expect(binary.fields.map(({ name }) => name).sort()).toEqual(Object.keys(JSON.parse(names[0] ?? "{}")).sort());
    const gone = bytes?.cursor.replace(/;i=[0-9a-f]+;/, ";i=ffffff;").replace(/t=[0-9a-f]+/, "t=7fffffffffff") ?? "";
    await expect(readEntry(host.deps, { name: machine.name, cursor: gone })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("tells of a value that is too large its beginning", async () => {
    const [entry] = (await query({ grep: "^heavy$" })).entries;
    const { fields } = await readEntry(host.deps, { name: machine.name, cursor: entry?.cursor ?? "" });
    expect(fields[0]).toMatchObject({ name: "MESSAGE", value: "heavy", truncated: false });
    expect(fields).toContainEqual({ name: "DUMP", value: "x".repeat(64 * 1024), binary: false, truncated: true });
  });

  it("is downloaded as journalctl prints it", async () => {
    const download = async (format: "text" | "json", grep = "^seed") => {
      const { content } = await exportJournal(host.deps, { name: machine.name, format, grep }, person("ada"));
      return text(content);
    };
    expect((await download("text")).trim().split("\n")).toEqual(machine.journalctl("-o", "short-iso", "-g", "^seed"));
    expect(cursorsOf((await download("json")).trim().split("\n"))).toEqual(
      cursorsOf(machine.journalctl("-o", "json", "-g", "^seed")),
    );
    const long = "x".repeat(40_000);
    expect(JSON.parse(await download("json", "^x+$"))).toMatchObject({ MESSAGE: long });
    expect(await download("text", "^x+$")).toContain(long);
    await expect(download("text", "[")).rejects.toMatchObject({ reason: "bad-pattern" });
  });

  it("is downloaded by one person a few times at once, which leaves places for others", async () => {
    const begin = (who: string) =>
      exportJournal(host.deps, { name: machine.name, format: "text" }, person(who)).then(({ content }) => content);
    const own = { code: "UNAVAILABLE", reason: "own-downloads" };
    const [first, second] = [await begin("ada"), await begin("ada")];
    await expect(begin("ada")).rejects.toMatchObject(own);
    await expect(checkExport(host.deps, machine.name, "ada")).rejects.toMatchObject(own);
    await expect(checkExport(host.deps, machine.name, "bo")).resolves.toBeUndefined();
    first.destroy();
    await text(second);
    await vi.waitFor(() => checkExport(host.deps, machine.name, "ada"), 30_000);
  });
});

describe("the journal of a machine that is stopped", () => {
  beforeAll(() => machine.powerOff());

  it("is read of its files", async () => {
    const all = cursors(await pages({ limit: 90 }));
    const theirs = command("/usr/bin/journalctl", "-D", filesOf(machine.tree), "-q", "--no-pager", "-o", "json");
    expect(all).toEqual(cursorsOf(theirs.trim().split("\n")));
    expect((await query({ units: ["seed.service"], limit: 1 })).command).toContain(
      `--directory=${machine.tree}/var/log/journal`,
    );
  });

  it("tells which files are broken or foreign, and shows what can be read", async () => {
    const directory = filesOf(machine.tree);
    const [broken, foreign] = [join(directory, "user-1.journal"), join(directory, "user-2.journal")];
    try {
      const before = (await query({ limit: 1000 })).entries.length;
      writeFileSync(broken, "no journal at all".repeat(1000));
      copyFileSync(join(directory, "system.journal"), foreign);
      // An incompatible flag from the future (journal file format, incompatible_flags).
      command("/usr/bin/python3", "-c", `f=open(${JSON.stringify(foreign)},"r+b");f.seek(12);f.write(b"\\xff")`);
      const { entries, problems } = await query({ limit: 1000 });
      expect(entries).toHaveLength(before);
      expect(problems.map(({ file, problem }) => `${file} ${problem}`).sort()).toEqual([
        "user-1.journal corrupted",
        "user-2.journal unsupported",
      ]);
    } finally {
      for (const file of [broken, foreign]) rmSync(file, { force: true });
    }
  });

  it("is refused where a link leads out of the machine", async () => {
    const link = join(filesOf(machine.tree), "host.journal");
    symlinkSync("/var/log/journal/host.journal", link);
    try {
      await expect(query({})).rejects.toMatchObject({ code: "PRECONDITION", reason: "links" });
    } finally {
      rmSync(link);
    }
  });
});

describe("a machine without a journal on disk", () => {
  let volatile: TestMachine;
  const ask = () => queryJournal(host.deps, journalQuerySchema.parse({ name: volatile.name }));

  beforeAll(() => {
    volatile = new TestMachine("journal-volatile", host.deps.world);
  });
  afterAll(() => volatile.remove());

  it("says so while it is stopped, and has one in memory while it runs", async () => {
    await volatile.place({ "etc/systemd/journald.conf.d/volatile.conf": "[Journal]\nStorage=volatile\n" });
    const none = { code: "PRECONDITION", reason: "no-journal" };
    await expect(ask()).rejects.toMatchObject(none);
    mkdirSync(join(volatile.tree, "var/log/journal"), { recursive: true });
    await expect(ask()).rejects.toMatchObject(none);
    await volatile.start();
    expect((await ask()).entries.length).toBeGreaterThan(10);
    // journalctl -M would follow it as the host's root, and print the host's journal.
    rmSync(join(volatile.tree, "var/log/journal"), { recursive: true });
    symlinkSync("/var/log/journal", join(volatile.tree, "var/log/journal"));
    await expect(ask()).rejects.toMatchObject({ code: "PRECONDITION", reason: "links" });
    rmSync(join(volatile.tree, "var/log/journal"));
    await volatile.powerOff();
    await expect(ask()).rejects.toMatchObject(none);
    await expect(queryJournal(host.deps, journalQuerySchema.parse({ name: "nobody" }))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("a machine whose journal the host keeps (--link-journal=host)", () => {
  const NSPAWN_FILE = "/etc/systemd/nspawn/journal-linked.nspawn";
  const JOURNALS = "/var/log/journal";
  let linked: TestMachine;
  let directory: string;
  const ask = (limit = 1000) =>
    queryJournal(host.deps, journalQuerySchema.parse({ name: linked.name, direction: "forward", limit }));
  const idOf = (root: string) => readFileSync(join(root, "etc/machine-id"), "utf8").trim();

  beforeAll(async () => {
    // systemd-nspawn does not make it.
    mkdirSync(JOURNALS, { recursive: true });
    mkdirSync(dirname(NSPAWN_FILE), { recursive: true });
    // Of another user of the host root of the machine may not write into a directory of the host's root.
    writeFileSync(NSPAWN_FILE, "[Exec]\nLinkJournal=host\nPrivateUsers=no\n");
    linked = new TestMachine("journal-linked", host.deps.world);
    await linked.place();
    await linked.start();
    directory = join(JOURNALS, idOf(linked.tree));
  });

  afterAll(() => {
    linked.remove();
    rmSync(NSPAWN_FILE, { force: true });
    rmSync(directory, { recursive: true, force: true });
  });

  it("has the same lines when it is stopped as when it ran", async () => {
    const running = messages((await ask()).entries);
    expect(running.length).toBeGreaterThan(10);
    await linked.powerOff();
    expect(readdirSync(directory)).toContain("system.journal");
    const { entries, command: told } = await ask();
    expect(messages(entries).slice(0, running.length)).toEqual(running);
    expect(messages(entries)).toContain("Journal stopped");
    expect(told).toContain(`--directory=${directory}`);
    const { content } = await exportJournal(host.deps, { name: linked.name, format: "text" }, person("ada"));
    expect(await text(content)).toContain("Journal stopped");
  });

  it("never gives the host's own away, whatever the machine calls itself", async () => {
    const ofHost = join(JOURNALS, idOf("/"));
    mkdirSync(ofHost, { recursive: true });
    writeFileSync(join(ofHost, "machineroom-test.journal"), "");
    const id = idOf(linked.tree);
    const none = { code: "PRECONDITION", reason: "no-journal" };
    try {
      writeFileSync(join(linked.tree, "etc/machine-id"), `${idOf("/")}\n`);
      await expect(ask()).rejects.toMatchObject(none);
      writeFileSync(join(linked.tree, "etc/machine-id"), `${id}\n`);
      symlinkSync(ofHost, join(directory, "host.journal"));
      await expect(ask()).rejects.toMatchObject({ reason: "links" });
      rmSync(directory, { recursive: true });
      symlinkSync(ofHost, directory);
      await expect(ask()).rejects.toMatchObject(none);
    } finally {
      rmSync(join(ofHost, "machineroom-test.journal"));
    }
  });
});
