import { TRPCClientError } from "@trpc/client";
import { expect, test } from "vitest";

import { reasonOf } from "./reason-of";

const answered = (data: unknown) =>
  TRPCClientError.from({ error: { code: -32000, message: "raw", data: data as never } } as never);

test("the api's word for a failure is read, where there is one", () => {
  expect(reasonOf(answered({ app: { code: "INVALID", message: "m", hint: null, reason: "bad-pattern" } }))).toBe(
    "bad-pattern",
  );
  for (const data of [null, undefined, "x", {}, { app: null }, { app: { reason: 7 } }]) {
    expect(reasonOf(answered(data))).toBeNull();
  }
  expect(reasonOf(new Error("x"))).toBeNull();
});
