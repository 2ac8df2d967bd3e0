import { TRPCClientError } from "@trpc/client";
import { expect, test } from "vitest";

import { describeError } from "./describe-error";

const answered = (data: unknown) =>
  TRPCClientError.from({ error: { code: -32000, message: "raw", data: data as never } } as never);

test("the api's own words are told, with its hint", () => {
  const app = { code: "CONFLICT", message: "arch runs already.", hint: "Stop it first." };
  expect(describeError(answered({ app }), "away")).toEqual({ message: app.message, hint: app.hint });
  expect(describeError(answered({ app: { ...app, hint: null } }), "away")).toEqual({
    message: app.message,
    hint: null,
  });
});

test.each([undefined, null, "text", {}, { app: null }, { app: { message: 7, hint: null } }, { app: { message: "m" } }])(
  "an answer without such words (%j) says that the api is away",
  (data) => expect(describeError(answered(data), "away")).toEqual({ message: "away", hint: null }),
);

test("any other failure tells its own message, where it has one", () => {
  expect(describeError(new Error("too large"), "away").message).toBe("too large");
  expect(describeError(new Error(""), "away").message).toBe("away");
  expect(describeError("?", "away").message).toBe("away");
});
