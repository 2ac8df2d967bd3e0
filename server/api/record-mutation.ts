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
 * Writes the audit entry of one mutation. Of the input it keeps only what was acted on (name, names, id, email), never other
 * fields, so a password can't get in. A call without a user changed nothing and leaves none; a full disk must not turn a
 * done action into a failed one, so an entry that can't be written is logged instead.
 */
export async function recordMutation(ctx: ApiContext, record: MutationRecord): Promise<void> {
  if (!ctx.user) return;
  try {
    await ctx.deps.db.auditEntry.create({
      data: {
        actorId: ctx.user.id,
        actor: ctx.user.email,
        action: record.action,
        target: targetOf(record.input),
        command: record.outcome.ok ? commandOf(record.outcome.data) : null,
        ok: record.outcome.ok && !hasFailures(record.outcome.data),
        error: record.outcome.ok ? failuresOf(record.outcome.data) : messageOf(record.outcome.error),
        durationMs: Math.round(record.durationMs),
        ip: ctx.ip,
      },
    });
  } catch (error) {
    ctx.log.error({ err: error, action: record.action }, "the audit entry could not be written");
  }
}

function targetOf(input: unknown): string | null {
  if (typeof input !== "object" || input === null) return null;
  const fields = new Map(Object.entries(input));
  const names = fields.get("names");
  if (Array.isArray(names)) return limit(names.filter((name) => typeof name === "string").join(", "));
  for (const key of ["name", "email", "userId", "id"]) {
    const value = fields.get(key);
    if (typeof value === "string" && value !== "") return limit(value);
  }
  return null;
}

function commandOf(data: unknown): string | null {
  if (Array.isArray(data)) {
    const commands = data.map(commandOf).filter((command) => command !== null);
    return commands.length === 0 ? null : limit(commands.join("\n"));
  }
  if (typeof data !== "object" || data === null || !("command" in data)) return null;
  return typeof data.command === "string" ? limit(data.command) : null;
}

/** A bulk action answers per name; it failed where one of them did. */
function bulkFailures(data: unknown): string[] {
  if (!Array.isArray(data)) return [];
  const rows: unknown[] = data;
  return rows.flatMap((row) => {
    if (typeof row !== "object" || row === null || !("ok" in row) || row.ok !== false) return [];
    const name = "name" in row ? String(row.name) : "";
    const error = "error" in row && typeof row.error === "object" && row.error !== null ? row.error : {};
    return [`${name}: ${"message" in error ? String(error.message) : "failed"}`];
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
