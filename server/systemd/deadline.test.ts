import { expect, it } from "vitest";

import { AppError } from "@/lib/errors";
import { withinLimits } from "./deadline";

const never = () => new Promise<never>(() => {});

it("gives the task's answer, or its error", async () => {
  expect(await withinLimits("it", { timeoutMs: 1000, signals: [] }, async () => 7)).toBe(7);
  const failing = withinLimits("it", { timeoutMs: 0, signals: [] }, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
});

it("stops waiting at the deadline, and tells the task", async () => {
  let told: AbortSignal | undefined;
  const waiting = withinLimits("It", { timeoutMs: 5, signals: [] }, (signal) => {
    told = signal;
    return never();
  });
  await expect(waiting).rejects.toMatchObject({ code: "TIMEOUT", message: "It did not answer in time." });
  expect(told?.aborted).toBe(true);
});

it("stops waiting when a signal aborts, with its reason where that is for people", async () => {
  const one = new AbortController();
  const other = new AbortController();
  const waiting = withinLimits("It", { timeoutMs: 0, signals: [undefined, one.signal, other.signal] }, never);
  other.abort(new AppError("UNAVAILABLE", "The bus is away."));
  await expect(waiting).rejects.toThrow("The bus is away.");
  one.abort();
  let ran = false;
  const late = withinLimits("It", { timeoutMs: 0, signals: [one.signal] }, async () => {
    ran = true;
  });
  await expect(late).rejects.toMatchObject({ code: "UNAVAILABLE", message: "It was stopped." });
  expect(ran).toBe(false);
});
