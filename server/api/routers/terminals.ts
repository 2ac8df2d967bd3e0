import { z } from "zod";

import { terminalIdSchema, terminalOpenSchema } from "@/lib/terminal";
import { openTerminal } from "@/server/services/terminals/open";
import { procedure, router } from "../trpc";

export const terminalsRouter = router({
  open: procedure("operator")
    .input(terminalOpenSchema)
    .mutation(({ ctx, input }) => openTerminal(ctx.deps, input, ctx.user.email)),
  list: procedure("operator").query(({ ctx }) => ctx.deps.terminals.list()),
  close: procedure("operator")
    .input(z.strictObject({ id: terminalIdSchema }))
    .mutation(({ ctx, input }) => {
      ctx.deps.terminals.closeOne(input.id);
      return {};
    }),
});
