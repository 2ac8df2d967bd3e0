import fc from "fast-check";
import { z } from "zod";

import { roleSchema } from "@/lib/role-schema";
import type { AppRouter } from "./app-router";

/** One procedure of the router, as it is registered. */
export interface ProcedureRow {
  path: string;
  type: "query" | "mutation" | "subscription";
  role: z.infer<typeof roleSchema>;
  /** Null where it takes nothing. */
  input: z.ZodType | null;
}

const registeredSchema = z.object({
  type: z.enum(["query", "mutation", "subscription"]),
  meta: z.object({ role: roleSchema }),
  inputs: z.array(z.instanceof(z.ZodType)).max(1),
});

/** Every procedure, by path. Throws where one declares no role. */
export function proceduresOf(router: AppRouter): ProcedureRow[] {
  return Object.entries(router._def.procedures).map(([path, procedure]) => {
    const { type, meta, inputs } = registeredSchema.parse(Reflect.get(procedure, "_def"));
    return { path, type, role: meta.role, input: inputs[0] ?? null };
  });
}

/** What a leaf of an input may be; a schema that takes none of these needs one more here. */
const LEAVES: readonly unknown[] = [
  "arch",
  "web-1.example",
  "SIGTERM",
  "/srv/data",
  "ada@example.com",
  "00000000-0000-4000-8000-000000000000",
  "2026-01-01T00:00:00Z",
  "2026-02-01T00:00:00Z",
  "s=0123456789abcdef0123456789abcdef;i=1f4;b=0123456789abcdef0123456789abcdef;m=48f1ca15;t=661319cf63976;x=7a01ed6c276ce8ad",
  "abcdefgh12345678",
  "https://example.com/image.tar.xz",
  "multi-user.target",
  "0123456789abcdef0123456789abcdef",
  "correct horse battery staple",
  "[Exec]\nBoot=yes\n",
  "1",
  1,
  5,
  80,
  1000,
  1048576,
  true,
  false,
  null,
];

/** Inputs the schema takes; where it joins fields by a rule of its own, some of them may be refused. */
export function validInputs(schema: unknown): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return validInputs(schema.unwrap());
  if (schema instanceof z.ZodNullable) return fc.option(validInputs(schema.unwrap()));
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map(validInputs));
  if (schema instanceof z.ZodArray) return fc.array(validInputs(schema.element), { minLength: 1, maxLength: 3 });
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape);
    return fc.record(Object.fromEntries(fields.map(([key, field]) => [key, validInputs(field)])), {
      requiredKeys: fields.filter(([, field]) => !field.safeParse(undefined).success).map(([key]) => key),
    });
  }
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (!(schema instanceof z.ZodType)) throw new Error("not a schema");
  const leaves = LEAVES.filter((leaf) => schema.safeParse(leaf).success);
  if (leaves.length === 0) throw new Error(`test-inputs.ts knows no value for a ${schema.type} of an input: add one`);
  return fc.constantFrom(...leaves);
}

/** Names no machine, image, user or unit may have. */
export const BAD_NAMES = [
  "../x",
  "-a",
  "--help",
  "a".repeat(65),
  "a b",
  ".host",
  "é",
  "机器",
  "",
  "a_b",
  "a\0",
  "a\n",
  "a/b",
  "..",
  "a.",
  "$(id)",
  "a;id",
  "\u202ea",
  "\ud800",
];

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...BAD_NAMES, "x".repeat(5000), -1, 0, 1.5, 2 ** 53, null, true, [], {}, [[[]]]),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.jsonValue({ maxDepth: 4 }),
);

/** Any JSON at all, and inputs of the schema with one thing wrong (or, by chance, still right). */
export function hostileInputs(schema: z.ZodType): fc.Arbitrary<unknown> {
  const spoiled = fc
    .tuple(validInputs(schema), fc.nat(), fc.constantFrom("replace", "remove", "add", "extend"), junk)
    .map(([input, at, how, value]) => spoil(input, at, how, value));
  return fc.oneof({ arbitrary: spoiled, weight: 4 }, { arbitrary: junk, weight: 1 });
}

function spoil(input: unknown, at: number, how: string, value: unknown): unknown {
  if (typeof input !== "object" || input === null) return value;
  const keys = Object.keys(input);
  const key = keys[at % Math.max(keys.length, 1)];
  if (key === undefined || how === "add") return { ...input, [`extra${at % 9}`]: value };
  const old: unknown = Reflect.get(input, key);
  const isNested = typeof old === "object" && old !== null && Object.keys(old).length > 0 && at % 3 > 0;
  const fresh = isNested
    ? spoil(old, Math.floor(at / 3), how, value)
    : how === "extend" && typeof old === "string"
      ? `${old}${typeof value === "string" ? value : "\0"}`
      : value;
  if (Array.isArray(input)) return input.map((element: unknown, index) => (String(index) === key ? fresh : element));
  const rest = Object.entries(input).filter(([name]) => name !== key);
  return how === "remove" && !isNested ? Object.fromEntries(rest) : { ...Object.fromEntries(rest), [key]: fresh };
}
