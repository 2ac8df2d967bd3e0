import { TRPCError } from "@trpc/server";
import fc from "fast-check";
import pino from "pino";
import { describe, expect, test } from "vitest";

import { MACHINE_NAME_PATTERN } from "@/lib/names";
import { hasRole, ROLES, type Role } from "@/lib/roles";
import type { Deps } from "@/server/services/deps";
import { appRouter } from "./app-router";
import type { ApiContext } from "./context";

interface Row {
  path: string;
  type: string;
  role: Role | undefined;
  takesName: boolean;
}

/** Every procedure of the router, as it is registered. */
function procedures(): Row[] {
  return Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
    const { type, meta, inputs } = (procedure as { _def: unknown })._def as {
      type: string;
      meta?: { role?: Role };
      inputs: unknown[];
    };
    return { path, type, role: meta?.role, takesName: inputs.some(hasNameField) };
  });
}

/** Whether a zod schema is an object with `name`, or a union with one. */
function hasNameField(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  if ("shape" in schema && typeof schema.shape === "object" && schema.shape !== null) return "name" in schema.shape;
  return "options" in schema && Array.isArray(schema.options) && schema.options.some(hasNameField);
}

/** Any use of it is an error: what must be refused never reaches a service. */
const untouchable = new Proxy({} as Deps, {
  get(_target, key) {
    throw new Error(`deps.${String(key)} was touched`);
  },
});

/** The audit alone may be written: a refused call of a signed-in person leaves an entry. */
const auditOnly = new Proxy({} as Deps, {
  get(_target, key) {
    if (key === "db") return { auditEntry: { create: async () => ({}) } };
    throw new Error(`deps.${String(key)} was touched`);
  },
});

function contextOf(role: Role | null): ApiContext {
  return {
    user: role && { id: "u", email: "u@example.com", name: "U", role },
    sessionId: role && "s",
    ip: null,
    log: pino({ level: "silent" }),
    deps: role ? auditOnly : untouchable,
  };
}

/** Calls by path; a subscription fails when it is begun, before its first value. */
async function call(path: string, role: Role | null, input: unknown): Promise<unknown> {
  let target: unknown = appRouter.createCaller(contextOf(role));
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

const rows = procedures();

describe("every procedure", () => {
  test("is found", () => {
    expect(rows.map((row) => row.path)).toEqual(expect.arrayContaining(["me", "users.list", "audit.list"]));
  });

  test.each(rows)("$path declares its least role, and refuses less", async ({ path, role }) => {
    expect(ROLES).toContain(role);
    if (role === undefined) return;
    expect(await codeOf(call(path, null, {}))).toBe("UNAUTHORIZED");
    for (const lower of ROLES.filter((candidate) => !hasRole(candidate, role))) {
      expect(await codeOf(call(path, lower, {}))).toBe("FORBIDDEN");
    }
  });
});

describe("a bad name", () => {
  const named = rows.filter((row) => row.takesName);
  const known = ["../x", "-a", "a".repeat(65), "a b", ".host", "é", "机器", "", "a_b", "a\0", "a\n", "a/b", "..", "a."];
  const badName = fc
    .oneof(fc.constantFrom(...known), fc.string({ unit: "binary", maxLength: 80 }))
    .filter((name) => !MACHINE_NAME_PATTERN.test(name));

  test.each(named)("is refused by $path and reaches nothing", async ({ path }) => {
    for (const name of known) expect(await codeOf(call(path, "admin", bodyOf(path, name))), name).toBe("BAD_REQUEST");
    await fc.assert(
      fc.asyncProperty(badName, async (name) => {
        expect(await codeOf(call(path, "admin", bodyOf(path, name)))).toBe("BAD_REQUEST");
      }),
      { numRuns: 50 },
    );
  });
});

/** The rest of an input whose name is tried, so that the name is what it is refused for. */
function bodyOf(path: string, name: string): Record<string, unknown> {
  const rest: Record<string, object | undefined> = {
    "machines.kill": { whom: "leader", signal: "SIGTERM" },
    "builds.create": { recipe: "arch", rootLogin: { kind: "none" } },
    "terminals.open": { kind: "login", cols: 80, rows: 24 },
  };
  return { name, ...rest[path] };
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
