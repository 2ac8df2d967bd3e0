import { bootChainSchema, bootCompareSchema } from "@/lib/boot";
import { machineRefSchema } from "@/lib/machine";
import { unitRefSchema } from "@/lib/units";
import {
  readBlame,
  readBootSummary,
  readCriticalChain,
  readRelations,
  readTimeline,
} from "@/server/services/boot/analyse";
import { compareBoots, readHistory } from "@/server/services/boot/history";
import { watchBoot } from "@/server/services/boot/watch";
import { watchHistory } from "@/server/services/boot/watch-history";
import { procedure, router } from "../trpc";

const ofMachine = () => procedure("viewer").input(machineRefSchema);

export const bootRouter = router({
  summary: ofMachine().query(({ ctx, input }) => readBootSummary(ctx.deps, input.name)),
  blame: ofMachine().query(({ ctx, input }) => readBlame(ctx.deps, input.name)),
  criticalChain: procedure("viewer")
    .input(bootChainSchema)
    .query(({ ctx, input }) => readCriticalChain(ctx.deps, input)),
  timeline: ofMachine().query(({ ctx, input }) => readTimeline(ctx.deps, input.name)),
  dependencies: procedure("viewer")
    .input(unitRefSchema)
    .query(({ ctx, input }) => readRelations(ctx.deps, input)),
  history: ofMachine().query(({ ctx, input }) => readHistory(ctx.deps, input.name)),
  historyWatch: ofMachine().subscription(({ ctx, input, signal }) =>
    watchHistory(ctx.deps, input.name, signal ?? new AbortController().signal),
  ),
  compare: procedure("viewer")
    .input(bootCompareSchema)
    .query(({ ctx, input }) => compareBoots(ctx.deps, input)),
  watch: ofMachine().subscription(({ ctx, input, signal }) =>
    watchBoot(ctx.deps, input.name, signal ?? new AbortController().signal),
  ),
});
