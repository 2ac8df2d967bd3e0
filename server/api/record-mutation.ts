import { AppError } from "@/lib/errors";
import type { ApiContext } from "./context";

export interface MutationRecord {
  /** The procedure's path, such as "machines.start". */
  action: string;
  input: unknown;
  outcome: { ok: true; data: unknown } | { ok: false; error: Error };
  durationMs: number;
}

const TEXT_LIMIT = 1000;

/**
 * Writes the audit entry of one mutation. It keeps only what was acted on (name, names, image, email or id), never other fields, so
 * a password can't get in. A call without a user changed nothing and leaves none.
 */
export async function recordMutation(ctx: ApiContext, record: MutationRecord): Promise<void> {
  if (!ctx.user) return;
  await ctx.deps.audit.record({
    actorId: ctx.user.id,
    actor: ctx.user.email,
    action: record.action,
    target: targetOf(record),
    command: record.outcome.ok ? commandOf(record.outcome.data) : null,
    ok: record.outcome.ok && !hasFailures(record.outcome.data),
    error: record.outcome.ok ? failuresOf(record.outcome.data) : messageOf(record.outcome.error),
    durationMs: Math.round(record.durationMs),
    ip: ctx.ip,
  });
}

function targetOf({ input, outcome }: MutationRecord): string | null {
  const names = fieldOf(input, "names");
  if (Array.isArray(names)) return limit(names.filter((name) => typeof name === "string").join(", "));
  const told = (key: string) => (outcome.ok ? fieldOf(outcome.data, key) : undefined);
  // An id says nothing to a person, so the mail address or the machine that the action told goes before it.
  const candidates = [
    fieldOf(input, "name"),
    fieldOf(input, "image"),
    fieldOf(input, "email"),
    told("email"),
    told("machine"),
    fieldOf(input, "id"),
  ];
  const target = candidates.find((value) => typeof value === "string" && value !== "");
  return typeof target === "string" ? limit(target) : null;
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function commandOf(data: unknown): string | null {
  if (Array.isArray(data)) {
    const commands = data.map(commandOf).filter((command) => command !== null);
    return commands.length === 0 ? null : limit(commands.join("\n"));
  }
  const command = fieldOf(data, "command");
  return typeof command === "string" ? limit(command) : null;
}

/** A bulk action answers per name; it failed where one of them did. */
function bulkFailures(data: unknown): string[] {
  if (!Array.isArray(data)) return [];
  const rows: unknown[] = data;
  return rows.flatMap((row) => {
    if (fieldOf(row, "ok") !== false) return [];
    return [`${fieldOf(row, "name")}: ${fieldOf(fieldOf(row, "error"), "message") ?? "failed"}`];
  });
}

function hasFailures(data: unknown): boolean {
  return bulkFailures(data).length > 0;
}

function failuresOf(data: unknown): string | null {
  const failures = bulkFailures(data);
  return failures.length === 0 ? null : limit(failures.join("; "));
}

/** What the person was told; the inside of an unforeseen error stays in the journal. */
function messageOf(error: Error): string {
  const cause = error.cause;
  if (cause instanceof AppError) return limit(`${cause.code}: ${cause.message}`);
  const code = "code" in error && typeof error.code === "string" ? error.code : "INTERNAL";
  if (code === "BAD_REQUEST") return "INVALID: the input was refused";
  if (code === "INTERNAL_SERVER_ERROR") return "INTERNAL: unexpected error, see the journal";
  return limit(`${code}: ${error.message}`);
}

function limit(text: string): string {
  return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT - 1)}…` : text;
}
