import { randomUUID } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { parseCast, type Recording } from "@/lib/recording";
import { spawnPty } from "@/server/systemd/pty";
import { createTerminalRegistry } from "../terminals/terminal-registry";
import type { TerminalSession } from "../terminals/terminal-session";
import { watchList } from "../watch-list";
import { createRecordingRegistry, type RecordingRegistry, type RecordingRegistryOptions } from "./recording-registry";

const ADA = { id: "ada", email: "ada@example.com" };
const LIN = { id: "lin", email: "lin@example.com" };
const DAY_MS = 86_400_000;
const SIZE = { cols: 60, rows: 12 };
const log = pino({ level: "silent" });

let directory: string;
const ending: (() => Promise<void>)[] = [];

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "machineroom-recordings-")), "recordings");
});
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
  rmSync(join(directory, ".."), { recursive: true, force: true });
});

function createRegistry(options: Partial<RecordingRegistryOptions> = {}): RecordingRegistry {
  const registry = createRecordingRegistry({
    directory,
    log,
    limitBytes: 1024 * 1024,
    kept: 10,
    keptMs: DAY_MS,
    ...options,
  });
  ending.unshift(() => registry.close());
  return registry;
}

/** A real program on a real pty. */
function open(script: string): TerminalSession {
  const terminals = createTerminalRegistry({ system: { spawnPty }, log, idleTimeoutMs: DAY_MS });
  ending.push(() => terminals.close());
  const info = { machine: "arch", kind: "shell" as const, user: "root", command: [], program: [], openedBy: ADA.email };
  return terminals.open({ argv: ["/bin/sh", "-c", script], info, ownerId: ADA.id, size: SIZE });
}

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 10 });
const fileOf = (id: string) => join(directory, `${id}.cast`);

/** The one recording that is listed, when it is complete. */
async function finished(registry: RecordingRegistry): Promise<Recording> {
  return until(async () => {
    const [recording] = await registry.list();
    expect(recording?.live).toBe(false);
    return recording;
  }) as Promise<Recording>;
}

test("a session recorded from its first byte to its end", async () => {
  const registry = createRegistry();
  const session = open("printf 'h\\303\\251llo'; sleep 0.2; echo bye");
  registry.start(session, ADA);
  const recording = await finished(registry);
  expect(recording).toMatchObject({ machine: "arch", kind: "shell", user: "root", recordedBy: ADA.email, ...SIZE });
  expect(recording.end).toBe("ended");
  const { fileName, sizeBytes, stream } = await registry.read(recording.id);
  expect(fileName).toMatch(/^arch-\d{8}-\d{6}\.cast$/);
  const file = await text(stream);
  expect(Buffer.byteLength(file)).toBe(sizeBytes);
  const cast = parseCast(file);
  expect(cast?.header).toMatchObject({
    version: 2,
    width: 60,
    height: 12,
    title: "root@arch",
    env: { TERM: "xterm-256color" },
  });
  const shown = cast?.events.map((event) => (event.type === "output" ? event.text : "")).join("");
  expect(shown).toContain("héllo");
  expect(shown).toContain("bye");
  expect(recording.durationMs).toBe(Math.round((cast?.events.at(-1)?.at ?? 0) * 1000));
  expect(recording.durationMs).toBeGreaterThan(0);
  expect(statSync(fileOf(recording.id)).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test("what is typed and not shown is in no recording", async () => {
  const registry = createRegistry();
  const session = open("stty -echo; echo password:; read secret; echo got it; cat");
  registry.start(session, ADA);
  const nothing = () => undefined;
  const client = {
    send: nothing,
    attached: nothing,
    resized: nothing,
    people: nothing,
    recording: nothing,
    exited: nothing,
    gone: nothing,
  };
  const attachment = session.attach(client, { id: ADA.id, name: "Ada" });
  const id = session.info.recording?.id ?? "";
  await until(() => expect(readFileSync(fileOf(id), "utf8")).toContain("password:"));
  attachment.write(Buffer.from("hunter2\r"), nothing);
  await until(() => expect(readFileSync(fileOf(id), "utf8")).toContain("got it"));
  registry.stop(session);
  await finished(registry);
  expect(readFileSync(fileOf(id), "utf8")).not.toContain("hunter2");
});

describe("an early end", () => {
  test("at the limit: the file keeps whole lines below it, and the session goes on", async () => {
    const registry = createRegistry({ limitBytes: 20_000 });
    const go = `${directory}.go`;
    const session = open(`echo begin; until [ -e ${go} ]; do sleep 0.02; done; seq 1 20000; echo end; cat`);
    const { id } = registry.start(session, ADA);
    // Of a host that lags all might come at once, as one event that is larger than the limit.
    await until(() => expect(readFileSync(fileOf(id), "utf8")).toContain("begin"));
    writeFileSync(go, "");
    const recording = await finished(registry);
    expect(recording.end).toBe("limit");
    expect(recording.sizeBytes).toBeLessThanOrEqual(20_000);
    expect(parseCast(readFileSync(fileOf(recording.id), "utf8"))?.events.length).toBeGreaterThan(0);
    expect(session.info).toMatchObject({ state: "running", recording: null });
  });

  test("where the disk fails: told with its words, and the session goes on", async () => {
    writeFileSync(directory, "no directory");
    const registry = createRegistry();
    const session = open("echo hello; cat");
    const ended = vi.spyOn(session, "recordingEnded");
    registry.start(session, ADA);
    await until(() => expect(ended).toHaveBeenCalled());
    expect(ended.mock.calls[0]?.[0]).toMatchObject({ why: "disk", error: expect.stringMatching(/ENOTDIR|EEXIST/) });
    expect(session.info).toMatchObject({ state: "running", recording: null });
    rmSync(directory);
  });

  test("can be followed by another recording of the same session", async () => {
    const registry = createRegistry();
    const session = open("echo hello; cat");
    registry.start(session, ADA);
    expect(() => registry.start(session, LIN)).toThrow("already");
    registry.stop(session);
    expect(() => registry.stop(session)).toThrow("not being recorded");
    registry.start(session, LIN);
    registry.stop(session);
    await until(async () => expect((await registry.list()).filter(({ live }) => !live).length).toBe(2));
  });
});

/** A recording as it is in the directory after `kill -9`: three lines, the last of them cut off where `cut` says. */
function put({ ageMs = 0, cut = 0 } = {}): string {
  const id = randomUUID();
  const about = {
    terminal: randomUUID(),
    machine: "arch",
    kind: "shell",
    user: null,
    recordedBy: ADA.email,
    recordedById: ADA.id,
  };
  const header = {
    version: 2,
    width: 80,
    height: 24,
    timestamp: 1_700_000_000,
    title: "arch",
    env: { TERM: "x" },
    machineroom: about,
  };
  mkdirSync(directory, { recursive: true });
  writeFileSync(fileOf(id), `${JSON.stringify(header)}\n[1,"o","one"]\n[2.5,"o","two"]\n`);
  truncateSync(fileOf(id), statSync(fileOf(id)).size - cut);
  const at = (Date.now() - ageMs) / 1000;
  utimesSync(fileOf(id), at, at);
  return id;
}

describe("what is found in the directory", () => {
  test("is listed up to the last whole line where it was cut off, and read no further", async () => {
    const id = put({ cut: 5 });
    const registry = createRegistry();
    expect(await registry.list()).toMatchObject([{ id, durationMs: 1000, live: false, end: null }]);
    const { sizeBytes, stream } = await registry.read(id);
    const file = await text(stream);
    expect(file.endsWith('[1,"o","one"]\n')).toBe(true);
    expect(sizeBytes).toBe(Buffer.byteLength(file));
  });

  test("is found also where the last lines are long", async () => {
    const id = put();
    appendFileSync(
      fileOf(id),
      `${JSON.stringify([7, "o", "\u0001".repeat(4096)])}\n${JSON.stringify([8, "o", "\u0001".repeat(4000)]).slice(0, -9)}`,
    );
    expect(await createRegistry().list()).toMatchObject([{ id, durationMs: 7000 }]);
  });

  test("is passed over where it is no recording", async () => {
    const id = put();
    writeFileSync(fileOf(randomUUID()), "");
    writeFileSync(fileOf(randomUUID()), "nonsense\n");
    writeFileSync(join(directory, "notes.cast"), "x");
    expect((await createRegistry().list()).map((one) => one.id)).toEqual([id]);
  });

  test("is removed where it is too old or too many, at the start already", async () => {
    const old = put({ ageMs: 2 * DAY_MS });
    const third = put({ ageMs: 3000 });
    const rest = [put({ ageMs: 2000 }), put({ ageMs: 1000 })];
    createRegistry({ kept: 2 });
    await until(() => expect(readdirSync(directory).sort()).toEqual(rest.map((id) => `${id}.cast`).sort()));
    expect(rest).not.toContain(old);
    expect(rest).not.toContain(third);
  });

  test("keeps what is being recorded, however many there are", async () => {
    const registry = createRegistry({ kept: 1 });
    const session = open("echo hello; cat");
    const { id } = registry.start(session, ADA);
    await until(() => expect(readdirSync(directory)).toEqual([`${id}.cast`]));
    const short = open("echo bye");
    const second = registry.start(short, ADA);
    await until(() => expect(short.info).toMatchObject({ state: "exited", recording: null }));
    await until(() => expect(readdirSync(directory)).toEqual([`${id}.cast`]));
    expect((await registry.list()).map((one) => one.id)).not.toContain(second.id);
  });
});

test("the list is told anew when one begins, ends and is deleted", async () => {
  const registry = createRegistry();
  const stop = new AbortController();
  const told: boolean[][] = [];
  const watching = (async () => {
    for await (const rows of watchList(registry, stop.signal)) told.push(rows.map(({ live }) => live));
  })();
  await until(() => expect(told).toEqual([[]]));
  const session = open("echo hello; cat");
  const { id } = registry.start(session, ADA);
  await until(() => expect(readFileSync(fileOf(id), "utf8")).toContain("hello"));
  registry.stop(session);
  await until(() => expect(told.at(-1)).toEqual([false]));
  await registry.remove(id, { ...ADA, role: "admin" });
  await until(() => expect(told.at(-1)).toEqual([]));
  stop.abort();
  await watching;
});

describe("deleting", () => {
  test("is for who recorded it and for admins", async () => {
    const registry = createRegistry();
    const [own, other] = [put(), put()];
    await expect(registry.remove(other, { ...LIN, role: "operator" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await registry.remove(own, { ...ADA, role: "operator" });
    await registry.remove(other, { ...LIN, role: "admin" });
    expect(await registry.list()).toEqual([]);
    await expect(registry.remove(own, { ...ADA, role: "admin" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("is refused while it is being recorded", async () => {
    const registry = createRegistry();
    const session = open("echo hello; cat");
    const { id } = registry.start(session, ADA);
    await until(async () => expect((await registry.list()).length).toBe(1));
    await expect(registry.remove(id, { ...ADA, role: "admin" })).rejects.toMatchObject({ code: "CONFLICT" });
  });
});
