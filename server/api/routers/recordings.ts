import { recordingRefSchema } from "@/lib/recording";
import { watchList } from "@/server/services/watch-list";
import { procedure, router } from "../trpc";

export const recordingsRouter = router({
  list: procedure("operator").query(({ ctx }) => ctx.deps.recordings.list()),
  watch: procedure("operator").subscription(({ ctx, signal }) =>
    watchList(ctx.deps.recordings, signal ?? new AbortController().signal),
  ),
  /** An operator's own; any by an admin. */
  delete: procedure("operator")
    .input(recordingRefSchema)
    .mutation(({ ctx, input }) => ctx.deps.recordings.remove(input.id, ctx.user)),
});
