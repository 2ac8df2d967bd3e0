import type { BulkResult } from "@/lib/machine";
import type { MachineVerb } from "@/lib/machine-verbs";
import type { useTRPCClient } from "@/lib/trpc/client";
import { describeError } from "@/lib/trpc/describe-error";

/** As many names as one call takes. */
const MAX_NAMES = 200;

export interface Outcome {
  name: string;
  /** The equivalent command line, as the server tells it; "" where it failed. */
  command: string;
  failure: { message: string; hint: string | null } | null;
}

type Client = ReturnType<typeof useTRPCClient>;

/** Runs a verb on machines. Never rejects: each name has its outcome, or those of a call that failed as a whole share one. */
export async function applyVerb(
  client: Client,
  verb: MachineVerb,
  names: readonly string[],
  unreachable: string,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let first = 0; first < names.length; first += MAX_NAMES) {
    const some = names.slice(first, first + MAX_NAMES);
    try {
      outcomes.push(...(await call(client, verb, some, unreachable)));
    } catch (error) {
      outcomes.push({ name: some.join(", "), command: "", failure: describeError(error, unreachable) });
    }
  }
  return outcomes;
}

async function call(client: Client, verb: MachineVerb, names: string[], unreachable: string): Promise<Outcome[]> {
  const [name] = names;
  // One machine is one call of its own: its failure is then the call's, as the audit tells it.
  const answer = await client.machines[verb].mutate(names.length === 1 && name !== undefined ? { name } : { names });
  if (!Array.isArray(answer)) return [{ name: names.join(", "), command: answer.command, failure: null }];
  return answer.map((result) => toOutcome(result, unreachable));
}

function toOutcome({ name, ok, command = "", error }: BulkResult, unreachable: string): Outcome {
  return { name, command, failure: ok ? null : { message: error?.message ?? unreachable, hint: error?.hint ?? null } };
}
