import { auditListSchema, listAudit } from "@/server/services/audit/list-audit";
import { procedure, router } from "../trpc";

export const auditRouter = router({
  list: procedure("admin")
    .input(auditListSchema)
    .query(({ ctx, input }) => listAudit(ctx.deps.db, input)),
});
