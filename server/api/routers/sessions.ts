import { z } from "zod";

import { accountIdSchema } from "@/lib/accounts";
import { listSessions, revokeOtherSessions, revokeSession } from "@/server/services/sessions/sessions";
import { procedure, router } from "../trpc";

/** A person's own sessions. */
export const sessionsRouter = router({
  list: procedure("viewer").query(async ({ ctx }) => {
    const sessions = await listSessions(ctx.deps.db, ctx.user.id);
    return sessions.map((session) => ({ ...session, current: session.id === ctx.sessionId }));
  }),
  revoke: procedure("viewer")
    .input(z.strictObject({ id: accountIdSchema }))
    .mutation(({ ctx, input }) => revokeSession(ctx.deps.db, ctx.user.id, input.id)),
  revokeOthers: procedure("viewer")
    .input(z.strictObject({}))
    .mutation(({ ctx }) => revokeOtherSessions(ctx.deps.db, ctx.user.id, ctx.sessionId)),
});
