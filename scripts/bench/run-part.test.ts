import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { result } from "./results";
import { runPart } from "./run-part";
import type { Session } from "./session";

const session: Session = {
  cookies: [],
  query: () => Promise.reject(new Error("not asked")),
  mutate: () => Promise.reject(new Error("not asked")),
};

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

test("what a part set up is undone in reverse, also where it fails or an undo does", async () => {
  const undone: string[] = [];
  const results = await runPart(
    {
      title: "a part",
      measure: async ({ onEnd }) => {
        onEnd(() => undone.push("first"));
        onEnd(() => Promise.reject(new Error("cannot be undone")));
        onEnd(() => undone.push("last"));
        throw new Error("broken");
      },
    },
    session,
    60_000,
  );
  expect(undone).toEqual(["last", "first"]);
  expect(results).toEqual([{ name: "a part", value: null, unit: "", target: null, pass: false, reason: "broken" }]);
});

test("a part that never ends is given up, and cleaned up", async () => {
  vi.useFakeTimers();
  const closed = vi.fn();
  const measured = runPart(
    {
      title: "for ever",
      measure: ({ onEnd }) => {
        onEnd(closed);
        return new Promise(() => undefined);
      },
    },
    session,
    90_000,
  );
  await vi.advanceTimersByTimeAsync(90_000);
  expect(await measured).toMatchObject([{ name: "for ever", pass: false, reason: "not done within 90 s" }]);
  expect(closed).toHaveBeenCalledOnce();
  vi.useRealTimers();
});

test("the figures of a part that works are its own", async () => {
  const figures = [result("a", 1, "ms", 2)];
  expect(await runPart({ title: "a part", measure: async () => figures }, session, 60_000)).toBe(figures);
});
