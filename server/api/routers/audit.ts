import { auditListSchema } from "@/lib/audit";
import { listAudit } from "@/server/services/audit/list-audit";
import { watchAudit } from "@/server/services/audit/watch-audit";
import { procedure, router } from "../trpc";

export const auditRouter = router({
  list: procedure("admin")
    .input(auditListSchema)
    .query(({ ctx, input }) => listAudit(ctx.deps.db, input)),
  watch: procedure("admin").subscription(({ ctx, signal }) =>
    watchAudit(ctx.deps.audit, signal ?? new AbortController().signal),
  ),
});
