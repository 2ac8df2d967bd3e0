import { machineRefSchema } from "@/lib/machine";
import { terminalOpenSchema, terminalRefSchema } from "@/lib/terminal";
import { readLoginRefusal } from "@/server/services/machines/root-login";
import { openTerminal } from "@/server/services/terminals/open";
import { watchTerminals } from "@/server/services/terminals/watch";
import { procedure, router } from "../trpc";

export const terminalsRouter = router({
  open: procedure("operator")
    .input(terminalOpenSchema)
    .mutation(({ ctx, input }) => openTerminal(ctx.deps, input, ctx.user)),
  list: procedure("operator").query(({ ctx }) => ctx.deps.terminals.list()),
  watch: procedure("operator").subscription(({ ctx, signal }) =>
    watchTerminals(ctx.deps, signal ?? new AbortController().signal),
  ),
  loginRefusal: procedure("viewer")
    .input(machineRefSchema)
    .query(({ ctx, input }) => readLoginRefusal(ctx.deps, input.name)),
  close: procedure("operator")
    .input(terminalRefSchema)
    .mutation(({ ctx, input }) => {
      ctx.deps.terminals.closeOne(input.id);
      return {};
    }),
});
