import { metricsHistorySchema, metricsWatchSchema } from "@/lib/metrics";
import { readMetricsHistory } from "@/server/services/metrics/history";
import { watchMetrics } from "@/server/services/metrics/watch";
import { procedure, router } from "../trpc";

export const metricsRouter = router({
  watch: procedure("viewer")
    .input(metricsWatchSchema.optional())
    .subscription(({ ctx, input, signal }) =>
      watchMetrics(ctx.deps, input?.names, signal ?? new AbortController().signal),
    ),
  history: procedure("viewer")
    .input(metricsHistorySchema)
    .query(({ ctx, input }) => readMetricsHistory(ctx.deps, input)),
});
