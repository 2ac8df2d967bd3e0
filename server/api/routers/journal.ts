import { journalEntryRefSchema, journalFollowSchema, journalQuerySchema } from "@/lib/journal";
import { machineRefSchema } from "@/lib/machine";
import { checkExport } from "@/server/services/journal/export";
import { followJournal } from "@/server/services/journal/follow";
import { listJournalBoots, listJournalUnits, queryJournal, readEntry } from "@/server/services/journal/query";
import { procedure, router } from "../trpc";

export const journalRouter = router({
  query: procedure("viewer")
    .input(journalQuerySchema)
    .query(({ ctx, input, signal }) => queryJournal(ctx.deps, input, signal)),
  follow: procedure("viewer")
    .input(journalFollowSchema)
    .subscription(({ ctx, input, signal }) =>
      followJournal(ctx.deps, input, {
        userId: ctx.user.id,
        signal: signal ?? new AbortController().signal,
        backlogBytes: ctx.backlogBytes,
      }),
    ),
  entry: procedure("viewer")
    .input(journalEntryRefSchema)
    .query(({ ctx, input, signal }) => readEntry(ctx.deps, input, signal)),
  checkExport: procedure("viewer")
    .input(machineRefSchema)
    .query(({ ctx, input }) => checkExport(ctx.deps, input.name, ctx.user.id)),
  boots: procedure("viewer")
    .input(machineRefSchema)
    .query(({ ctx, input, signal }) => listJournalBoots(ctx.deps, input.name, signal)),
  units: procedure("viewer")
    .input(machineRefSchema)
    .query(({ ctx, input, signal }) => listJournalUnits(ctx.deps, input.name, signal)),
});
