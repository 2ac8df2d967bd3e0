import { Variant } from "dbus-next";
import { beforeEach, expect, test, vi } from "vitest";

import { AppError } from "@/lib/errors";
import type { Bus, BusCall } from "@/server/systemd/bus";
import type { RawTree } from "@/server/systemd/cgroup-tree";
import type { MachineBuses } from "@/server/systemd/machine-bus";
import { delegationsOf } from "./delegations";
import { aRawGroup } from "./test-group";

const MACHINE = { name: "a", leaderPid: 61 };
const DELEGATED = "/org/freedesktop/systemd1/unit/one_2eservice";

let asked: string[];
let refusal: AppError | null;
/** Until then nobody gets through to the machine. */
let hold: Promise<void>;
let buses: MachineBuses;

/** The unit one.service is delegated, others are not. */
const bus: Pick<Bus, "call"> = {
  async call<T>({ path, reply }: BusCall<T>): Promise<T> {
    asked.push(path);
    return reply.parse([new Variant("b", path === DELEGATED)]);
  },
};

const tree = (...units: [unit: string, startId: number][]): RawTree => ({
  root: aRawGroup("/r", {
    children: units.map(([unit, startId]) => aRawGroup(`/r/payload/system.slice/${unit}`, { unit, startId })),
  }),
  payload: "/r/payload",
  monotonicUsec: 1,
  at: "2026-01-01T00:00:00.000Z",
});

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  refusal = null;
  hold = Promise.resolve();
  buses = {
    size: 0,
    acquire: async () => {
      asked.push("bus");
      if (refusal) throw refusal;
      await hold;
      return { bus: bus as Bus, release: () => undefined };
    },
    drop: () => undefined,
    close: () => undefined,
  };
});

test("each start of a unit is asked for once, however many look", async () => {
  const units = tree(["one.service", 1], ["two.scope", 2]);
  expect(delegationsOf(buses, MACHINE).in(units)).toEqual(new Set());
  await delegationsOf(buses, MACHINE).learn(units);
  expect(delegationsOf(buses, MACHINE).in(units)).toEqual(new Set(["/r/payload/system.slice/one.service"]));
  expect(asked).toHaveLength(3);
  await delegationsOf(buses, MACHINE).learn(tree(["one.service", 7], ["two.scope", 2]));
  expect(asked.slice(3)).toEqual(["bus", DELEGATED]);
});

test("a tree does not wait long for a machine that does not answer, and is told what it answers later", async () => {
  let answer = () => {};
  hold = new Promise((resolve) => {
    answer = resolve;
  });
  const units = tree(["one.service", 1]);
  const delegations = delegationsOf(buses, MACHINE);
  const learned = vi.fn();
  const first = delegations.learn(units).then(learned);
  await vi.advanceTimersByTimeAsync(400);
  expect(learned).not.toHaveBeenCalled();
  const second = delegations.learn(units).then(learned);
  await vi.advanceTimersByTimeAsync(200);
  expect(learned).toHaveBeenCalledTimes(2);
  await delegations.learn(units);
  expect(delegations.in(units).size).toBe(0);
  answer();
  await Promise.all([first, second, vi.advanceTimersByTimeAsync(1)]);
  expect(delegations.in(units).size).toBe(1);
  expect(asked.filter((one) => one === "bus")).toHaveLength(1);
});

test("the way into a machine is opened ahead only where nothing is known of it", async () => {
  const delegations = delegationsOf(buses, MACHINE);
  delegations.prepare();
  expect(asked).toEqual(["bus"]);
  await delegations.learn(tree(["one.service", 1]));
  const before = asked.length;
  delegations.prepare();
  expect(asked).toHaveLength(before);
});

test("a machine that could not be opened ahead is not asked again at once", async () => {
  refusal = new AppError("PRECONDITION", "no D-Bus");
  const delegations = delegationsOf(buses, MACHINE);
  delegations.prepare();
  await vi.advanceTimersByTimeAsync(1);
  delegations.prepare();
  await delegations.learn(tree(["one.service", 1]));
  expect(asked).toEqual(["bus"]);
});

test("another boot of the machine is asked anew", async () => {
  await delegationsOf(buses, MACHINE).learn(tree(["one.service", 1]));
  await delegationsOf(buses, { ...MACHINE, leaderPid: 62 }).learn(tree(["one.service", 1]));
  expect(asked.filter((one) => one === "bus")).toHaveLength(2);
});

test("a machine that has nobody to ask is asked once; one that is only just starting again later", async () => {
  const units = tree(["one.service", 1]);
  refusal = new AppError("PRECONDITION", "no D-Bus");
  await delegationsOf(buses, MACHINE).learn(units);
  vi.advanceTimersByTime(3_600_000);
  await delegationsOf(buses, MACHINE).learn(units);
  expect(asked).toEqual(["bus"]);

  refusal = new AppError("UNAVAILABLE", "booting");
  const young = { ...MACHINE, leaderPid: 62 };
  await delegationsOf(buses, young).learn(units);
  await delegationsOf(buses, young).learn(units);
  expect(asked).toEqual(["bus", "bus"]);
  refusal = null;
  vi.advanceTimersByTime(6000);
  await delegationsOf(buses, young).learn(units);
  expect(delegationsOf(buses, young).in(units).size).toBe(1);
});
