import {
  buildCompareSchema,
  buildCreateSchema,
  buildListSchema,
  buildLogInputSchema,
  buildRefSchema,
  buildRerunSchema,
  buildWatchSchema,
} from "@/lib/build";
import { cancelBuild, deleteBuild, rerunBuild } from "@/server/services/builds/change";
import { createBuild } from "@/server/services/builds/create";
import { followBuildLog } from "@/server/services/builds/follow-log";
import { compareBuilds, getBuild, listBuilds } from "@/server/services/builds/read";
import { listRecipes } from "@/server/services/builds/recipes";
import { watchBuilds } from "@/server/services/builds/watch";
import { procedure, router } from "../trpc";

export const buildsRouter = router({
  recipes: procedure("viewer").query(({ signal }) => listRecipes(signal)),
  create: procedure("admin")
    .input(buildCreateSchema)
    .mutation(({ ctx, input }) => createBuild(ctx.deps, input, ctx.user.email)),
  list: procedure("viewer")
    .input(buildListSchema)
    .query(({ ctx, input }) => listBuilds(ctx.deps, input)),
  get: procedure("viewer")
    .input(buildRefSchema)
    .query(({ ctx, input }) => getBuild(ctx.deps, input.id)),
  watch: procedure("viewer")
    .input(buildWatchSchema)
    .subscription(({ ctx, input, signal }) =>
      watchBuilds(ctx.deps, input?.id ?? null, signal ?? new AbortController().signal),
    ),
  log: procedure("viewer")
    .input(buildLogInputSchema)
    .subscription(({ ctx, input, signal }) => followBuildLog(ctx.deps, input, signal ?? new AbortController().signal)),
  compare: procedure("viewer")
    .input(buildCompareSchema)
    .query(({ ctx, input }) => compareBuilds(ctx.deps, input.a, input.b)),
  cancel: procedure("admin")
    .input(buildRefSchema)
    .mutation(({ ctx, input }) => cancelBuild(ctx.deps, input.id)),
  rerun: procedure("admin")
    .input(buildRerunSchema)
    .mutation(({ ctx, input }) => rerunBuild(ctx.deps, input, ctx.user.email)),
  delete: procedure("admin")
    .input(buildRefSchema)
    .mutation(({ ctx, input }) => deleteBuild(ctx.deps, input.id)),
});
