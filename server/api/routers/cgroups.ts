import { cgroupKillSchema, cgroupWatchSchema } from "@/lib/cgroup-schemas";
import { machineRefSchema } from "@/lib/machine";
import { killInMachine } from "@/server/services/cgroups/kill";
import { readCgroupTree } from "@/server/services/cgroups/tree";
import { watchCgroups } from "@/server/services/cgroups/watch";
import { procedure, router } from "../trpc";

export const cgroupsRouter = router({
  tree: procedure("viewer")
    .input(machineRefSchema)
    .query(({ ctx, input, signal }) => readCgroupTree(ctx.deps, input.name, signal)),
  watch: procedure("viewer")
    .input(cgroupWatchSchema)
    .subscription(({ ctx, input, signal }) => watchCgroups(ctx.deps, input, signal ?? new AbortController().signal)),
  kill: procedure("operator")
    .input(cgroupKillSchema)
    .mutation(({ ctx, input }) => killInMachine(ctx.deps, input)),
});
