import { TRPCError } from "@trpc/server";
import fc from "fast-check";
import pino from "pino";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { AUDITED_ACTIONS } from "@/lib/audit";
import { AppError } from "@/lib/errors";
import { MACHINE_NAME_PATTERN } from "@/lib/names";
import { hasRole, ROLES, type Role } from "@/lib/roles";
import type { Deps } from "@/server/services/deps";
import { appRouter } from "./app-router";
import type { ApiContext } from "./context";
import { BAD_NAMES, hostileInputs, type ProcedureRow, proceduresOf, validInputs } from "./test-inputs";

/** Any use of it is an error, but the audit's: what must be refused never reaches a service, and leaves an entry. */
const untouchable = new Proxy({} as Deps, {
  get(_target, key) {
    if (key === "audit") return { record: async () => {} };
    throw new Error(`deps.${String(key)} was touched`);
  },
});

/** Whatever is asked of it, at whatever depth, fails. */
function failingWith(error: Error): Deps {
  const fail = () => {
    throw error;
  };
  return new Proxy(fail as unknown as Deps, { get: () => failingWith(error) });
}

function contextOf(role: Role | null, deps = untouchable): ApiContext {
  return {
    user: role && { id: "u", email: "u@example.com", name: "U", role },
    sessionId: role && "s",
    ip: null,
    log: pino({ level: "silent" }),
    deps,
  };
}

/** Calls by path; a subscription fails when it is begun, before its first value. */
async function call(path: string, role: Role | null, input: unknown, deps?: Deps): Promise<unknown> {
  let target: unknown = appRouter.createCaller(contextOf(role, deps));
  for (const part of path.split(".")) target = (target as Record<string, unknown>)[part];
  return (target as (input: unknown) => Promise<unknown>)(input);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "OK";
  } catch (error) {
    return error instanceof TRPCError ? error.code : String(error);
  }
}

const rows = proceduresOf(appRouter);
const withInput = rows.flatMap(({ input, ...row }) => (input ? [{ ...row, input }] : []));

describe("every procedure", () => {
  test("is found", () => {
    expect(rows.map((row) => row.path)).toEqual(expect.arrayContaining(["me", "users.list", "audit.list"]));
  });

  test.each(rows)("$path declares its least role, and refuses less", async ({ path, role }) => {
    expect(await codeOf(call(path, null, {}))).toBe("UNAUTHORIZED");
    for (const lower of ROLES.filter((candidate) => !hasRole(candidate, role))) {
      expect(await codeOf(call(path, lower, {}))).toBe("FORBIDDEN");
    }
  });

  test.each(rows.filter(({ type }) => type === "mutation"))(
    "$path, a mutation, has words in Activity and a strict input",
    ({ path, input }) => {
      expect(AUDITED_ACTIONS).toContain(path);
      const valid = fc.sample(
        validInputs(input).filter((value) => input?.safeParse(value).success ?? false),
        1,
      )[0];
      expect(valid).toBeTypeOf("object");
      expect(input?.safeParse({ ...Object(valid), unknown: 1 }).success).toBe(false);
    },
  );
});

describe("every subscription", () => {
  const subscriptions = rows.filter(({ type }) => type === "subscription");

  async function failureOf({ path, input }: ProcedureRow, error: Error): Promise<unknown> {
    const valid = input && fc.sample(validInputs(input).filter((value) => input.safeParse(value).success))[0];
    const events = (await call(path, "admin", valid ?? undefined, failingWith(error))) as AsyncGenerator;
    return events.next().catch((failure: unknown) => failure);
  }

  test("is found", () => {
    expect(subscriptions.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["machines.watch", "builds.log", "journal.follow"]),
    );
  });

  test.each(subscriptions)("$path tells a failure while it runs as a query does", async (row) => {
    const cause = new AppError("UNAVAILABLE", "The disk is away.", { hint: "Look at it.", reason: "disk" });
    expect(await failureOf(row, cause)).toMatchObject({ name: "TRPCError", code: "SERVICE_UNAVAILABLE", cause });
    const unforeseen = await failureOf(row, new Error("EACCES /secret"));
    expect(unforeseen).toMatchObject({ name: "TRPCError", cause: { code: "INTERNAL", hint: expect.any(String) } });
    expect(String(unforeseen)).not.toContain("secret");
  });
});

describe("hostile input", () => {
  test.each(withInput)("is refused by $path, or harmless, and reaches nothing", async ({ path, input }) => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(hostileInputs(input), async (hostile) => {
        if (input.safeParse(hostile).success) {
          accepted += 1;
          expectHarmless(hostile);
        } else {
          expect(await codeOf(call(path, "admin", hostile))).toBe("BAD_REQUEST");
        }
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeLessThan(300);
  });

  test.each(withInput)("the valid inputs of $path, of which the hostile ones are made, are taken", ({ input }) => {
    const taken = fc.sample(validInputs(input), 50).filter((value) => input.safeParse(value).success);
    expect(taken.length).toBeGreaterThan(0);
    for (const value of taken) expectHarmless(value);
  });
});

/** A NUL would end the string early for every program it is given to. */
describe("a NUL", () => {
  const isText = (value: unknown) => stringsIn(value).length > 0;
  test.each(withInput)("is refused by $path in every text", async ({ path, input }) => {
    const valid = validInputs(input).filter((value) => input.safeParse(value).success);
    for (const sample of fc.sample(valid, 20).filter(isText)) {
      for (const spoiled of withNulAnywhere(sample)) {
        expect(await codeOf(call(path, "admin", spoiled)), JSON.stringify(spoiled)).toBe("BAD_REQUEST");
      }
    }
  });
});

/** The value with a NUL at the end of one of its strings, once for each. */
function withNulAnywhere(value: unknown): unknown[] {
  if (typeof value === "string") return [`${value}\0`];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    withNulAnywhere(child).map((spoiled) =>
      Array.isArray(value)
        ? value.map((element: unknown, index) => (String(index) === key ? spoiled : element))
        : { ...value, [key]: spoiled },
    ),
  );
}

/** Rules of every input, told again without the schemas: no string ends early in C, and no name can be an option or a path. */
function expectHarmless(input: unknown): void {
  for (const [key, text] of stringsIn(input)) {
    expect(text, `${key} with a NUL`).not.toContain("\0");
    if (!["name", "names", "newName", "image", "user", "signal", "id"].includes(key)) continue;
    expect(text, key).not.toMatch(/^-|^\.{1,2}$|\//);
    expect(text.length, key).toBeLessThanOrEqual(256);
  }
}

/** Every string in a value, with the nearest field name above it. */
function stringsIn(value: unknown, key = ""): [key: string, text: string][] {
  if (typeof value === "string") return [[key, value]];
  if (Array.isArray(value)) return value.flatMap((element: unknown) => stringsIn(element, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => stringsIn(child, name));
}

/** Rules of image_name_is_valid(), told again without lib/names.ts; images may have names that no machine can have. */
function isBadImageName(name: string): boolean {
  const bytes = Buffer.from(name, "utf8");
  return (
    bytes.length === 0 ||
    bytes.length > 255 ||
    bytes.toString("utf8") !== name ||
    bytes.some((byte) => byte < 0x20 || byte === 0x7f || byte === 0x2f) ||
    /^-|^\.#|^\.{1,2}$|^\.host$/.test(name)
  );
}

describe("a bad name", () => {
  const named = withInput.flatMap((row) => nameFieldsOf(row.input).map((field) => ({ ...row, field })));
  const badName = fc
    .oneof(fc.constantFrom(...BAD_NAMES), fc.string({ unit: "binary", maxLength: 80 }))
    .filter((name) => !MACHINE_NAME_PATTERN.test(name));
  const isBad = (path: string) => (/^(?:images|transfers)\./.test(path) ? isBadImageName : () => true);

  test("is tried where a machine is named", () => {
    expect(named.length).toBeGreaterThan(10);
  });

  test.each(named)("is refused by $path as $field and reaches nothing", async ({ path, input, field }) => {
    const valid = fc.sample(
      validInputs(input).filter((value) => input.safeParse(value).success && hasField(value, field)),
      1,
    )[0];
    const spoiled = (name: string) => ({ ...Object(valid), [field]: field === "names" ? ["arch", name] : name });
    for (const name of BAD_NAMES.filter(isBad(path)))
      expect(await codeOf(call(path, "admin", spoiled(name))), name).toBe("BAD_REQUEST");
    await fc.assert(
      fc.asyncProperty(badName.filter(isBad(path)), async (name) => {
        expect(await codeOf(call(path, "admin", spoiled(name)))).toBe("BAD_REQUEST");
      }),
      { numRuns: 50 },
    );
  });
});

function hasField(value: unknown, field: string): boolean {
  return typeof value === "object" && value !== null && field in value;
}

/** Fields that name a machine: `name`, `names` and `newName` of an input, or of one of its alternatives. */
function nameFieldsOf(schema: ProcedureRow["input"]): string[] {
  if (schema instanceof z.ZodUnion) {
    return [...new Set(schema.options.flatMap((option) => (option instanceof z.ZodType ? nameFieldsOf(option) : [])))];
  }
  return schema instanceof z.ZodObject ? ["name", "names", "newName"].filter((field) => field in schema.shape) : [];
}

test("errors tell an ErrorBody at error.data.app and never a stack", () => {
  const shape = appRouter._def._config.errorFormatter({
    error: new TRPCError({ code: "FORBIDDEN", message: "no" }),
    type: "query",
    path: "me",
    input: undefined,
    ctx: undefined,
    shape: { message: "no", code: -32003, data: { code: "FORBIDDEN", httpStatus: 403, stack: "secret" } },
  });
  expect(shape.data).toEqual({
    code: "FORBIDDEN",
    httpStatus: 403,
    app: { code: "FORBIDDEN", message: "no", hint: null },
  });
});
