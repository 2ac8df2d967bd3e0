import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { AppError } from "@/lib/errors";
import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { connectHostSystem, type HostSystem } from "@/server/systemd/host-system";
import type { BusRefusal, MachineBuses } from "@/server/systemd/machine-bus";
import { command } from "../test-machine";
import { createWorld, type World } from "../world/world";
import { readHistory } from "./history";
import { type BootRecorder, createBootRecorder } from "./recorder";

const NAME = "recorder-test";
const TREE = `/var/lib/machines/${NAME}`;
const UNIT = `systemd-nspawn@${NAME}.service`;
const BY_HAND = "recorder-by-hand";
const KEPT = 200;
const DAY_MS = 86_400_000;
const log = pino({ level: "silent" });

let system: HostSystem;
let world: World;
let database: TestDatabase;
const recorders: BootRecorder[] = [];

const inside = (...args: string[]) => command("/usr/bin/systemctl", "-M", NAME, ...args);

/** As the api has one, from its start to its end. */
function record({ machineBuses = system.machineBuses }: { machineBuses?: MachineBuses } = {}): BootRecorder {
  const recorder = createBootRecorder({ system: { ...system, machineBuses }, world, db: database.db, log });
  recorders.push(recorder);
  recorder.start();
  return recorder;
}

const history = () => readHistory(database, NAME);

async function stop(): Promise<void> {
  command("/usr/bin/systemctl", "stop", UNIT);
  await vi.waitFor(() => expect(world.machine(NAME)?.state).toBe("stopped"), { timeout: 30_000 });
}

async function start(): Promise<void> {
  command("/usr/bin/machinectl", "start", NAME);
  await vi.waitFor(() => expect(world.machine(NAME)?.leaderPid ?? 0).toBeGreaterThan(0), { timeout: 30_000 });
}

async function waitForBoot(name = NAME): Promise<void> {
  const show = () => command("/usr/bin/systemctl", "-M", name, "show", "--value", "-p", "FinishTimestampMonotonic");
  await vi.waitFor(() => expect(Number(show())).toBeGreaterThan(0), { timeout: 40_000, interval: 100 });
}

/** The machines' buses, where the nth who asks may be told of trouble. */
function troubled(trouble: (nth: number) => AppError | null): MachineBuses & { asked(): number } {
  const { machineBuses } = system;
  let asked = 0;
  return {
    get size() {
      return machineBuses.size;
    },
    asked: () => asked,
    acquire(machine) {
      asked += 1;
      const error = trouble(asked);
      return error ? Promise.reject(error) : machineBuses.acquire(machine);
    },
    drop: (name) => machineBuses.drop(name),
    close: () => undefined,
  };
}

const refusal = (reason: BusRefusal, code: "UNAVAILABLE" | "PRECONDITION") => new AppError(code, reason, { reason });

beforeAll(async () => {
  command("/usr/bin/cp", "-a", "--reflink=auto", "/srv/fixtures/debian", TREE);
  const units = join(TREE, "etc/systemd/system");
  mkdirSync(join(units, "multi-user.target.wants"), { recursive: true });
  const slow = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sleep 3\n";
  for (const unit of ["slow.service", "later.service"]) writeFileSync(join(units, unit), slow);
  symlinkSync("../slow.service", join(units, "multi-user.target.wants/slow.service"));
  system = await connectHostSystem({ log });
  world = createWorld({ system, log });
  database = await createTestDatabase();
  await world.start();
  await vi.waitFor(() => expect(world.machine(NAME)).toBeDefined(), { timeout: 30_000 });
});

afterEach(async () => {
  for (const recorder of recorders.splice(0)) recorder.close();
  await database.db.bootRecord.deleteMany();
  await stop();
});

afterAll(async () => {
  world.close();
  await system.close();
  await database.remove();
  command("/usr/bin/machinectl", "remove", NAME);
});

describe("a boot is recorded", () => {
  it("though the api was restarted in the middle of it, and once", async () => {
    const before = record();
    await start();
    await vi.waitFor(() => expect(inside("list-jobs")).toContain("slow.service"), { timeout: 30_000 });
    before.close();
    record();
    await vi.waitFor(async () => expect(await history()).toHaveLength(1), { timeout: 30_000 });
    expect((await history())[0]?.slowest[0]?.unit).toBe("slow.service");
    // The next api finds it there.
    record();
    await vi.waitFor(() => expect(system.machineBuses.size).toBe(0), { timeout: 30_000 });
    expect(await history()).toHaveLength(1);
  });

  it("though every connection was in use when it began", async () => {
    let free = false;
    const machineBuses = troubled(() => (free ? null : refusal("too-many", "UNAVAILABLE")));
    record({ machineBuses });
    await start();
    await waitForBoot();
    expect(machineBuses.asked()).toBeGreaterThan(1);
    expect(await history()).toEqual([]);
    free = true;
    await vi.waitFor(async () => expect(await history()).toHaveLength(1), { timeout: 30_000 });
  });

  it("though it could not be read at first", async () => {
    await start();
    await waitForBoot();
    // The first asks how the boot gets on, the second is to read it.
    const machineBuses = troubled((nth) => (nth === 2 ? new AppError("TIMEOUT", "no answer") : null));
    record({ machineBuses });
    await vi.waitFor(async () => expect(await history()).toHaveLength(1), { timeout: 30_000 });
    expect(machineBuses.asked()).toBeGreaterThan(2);
  });

  it("late without what was started since", async () => {
    await start();
    await waitForBoot();
    inside("start", "later.service");
    record();
    await vi.waitFor(async () => expect(await history()).toHaveLength(1), { timeout: 30_000 });
    const stored = await database.db.bootRecord.findFirstOrThrow();
    expect(stored.unitsJson).toContain("slow.service");
    expect(stored.unitsJson).not.toContain("later.service");
  });
});

describe("no boot is recorded", () => {
  it("of a start that refused to be asked; but of the next", async () => {
    let refused = true;
    const machineBuses = troubled(() => (refused ? refusal("no-systemd", "PRECONDITION") : null));
    record({ machineBuses });
    await start();
    await waitForBoot();
    expect(machineBuses.asked()).toBe(1);
    refused = false;
    await stop();
    await start();
    await vi.waitFor(async () => expect(await history()).toHaveLength(1), { timeout: 30_000 });
  });

  it("of a machine without an image, which nobody keeps", async () => {
    const tree = `/srv/${BY_HAND}`;
    command("/usr/bin/cp", "-a", "--reflink=auto", "/srv/fixtures/debian", tree);
    const nspawn = ["/usr/bin/systemd-nspawn", "--quiet", "--boot", `--directory=${tree}`, `--machine=${BY_HAND}`];
    command("/usr/bin/systemd-run", "--quiet", "--collect", `--unit=${BY_HAND}`, ...nspawn);
    await vi.waitFor(() => expect(world.machine(BY_HAND)).toMatchObject({ image: null, class: "container" }), {
      timeout: 30_000,
    });
    await waitForBoot(BY_HAND);
    record();
    // One that is kept shows that the recorder is through.
    await start();
    await vi.waitFor(async () => expect(await history()).toHaveLength(1), { timeout: 30_000 });
    expect(await readHistory(database, BY_HAND)).toEqual([]);
    command("/usr/bin/machinectl", "terminate", BY_HAND);
    await vi.waitFor(() => expect(world.machine(BY_HAND)).toBeUndefined(), { timeout: 30_000 });
    rmSync(tree, { recursive: true });
  });
});

it("the oldest boots of a machine go, and all that are more than a year old", async () => {
  const row = (machine: string, index: number, at: number) => ({
    ...{ machine, bootId: index.toString(16).padStart(32, "0"), at: new Date(at), userspaceUsec: 1n },
    ...{ target: "graphical.target", targetUsec: null, failed: 0, unitsJson: "[]" },
  });
  const now = Date.now();
  const many = Array.from({ length: KEPT + 5 }, (_, index) => row(NAME, index, now - (index + 1) * 60_000));
  await database.db.bootRecord.createMany({
    data: [...many, row("another", 1, now - 401 * DAY_MS), row("another", 2, now - 399 * DAY_MS)],
  });
  record();
  await start();
  await vi.waitFor(async () => expect(await database.db.bootRecord.count({ where: { machine: "another" } })).toBe(1), {
    timeout: 30_000,
  });
  const left = await database.db.bootRecord.findMany({ where: { machine: NAME }, orderBy: { at: "desc" } });
  expect(left).toHaveLength(KEPT);
  expect(left[0]?.userspaceUsec).toBeGreaterThan(1n);
  expect(left.at(-1)?.bootId).toBe(row(NAME, KEPT - 2, 0).bootId);
});
