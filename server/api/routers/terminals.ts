import { machineRefSchema } from "@/lib/machine";
import { terminalOpenSchema, terminalRefSchema } from "@/lib/terminal";
import { readLoginRefusal } from "@/server/services/machines/root-login";
import { openTerminal } from "@/server/services/terminals/open";
import { recordTerminal, stopRecording } from "@/server/services/terminals/record";
import { watchList } from "@/server/services/watch-list";
import { procedure, router } from "../trpc";

export const terminalsRouter = router({
  open: procedure("operator")
    .input(terminalOpenSchema)
    .mutation(({ ctx, input }) => openTerminal(ctx.deps, input, ctx.user)),
  list: procedure("operator").query(({ ctx }) => ctx.deps.terminals.list()),
  watch: procedure("operator").subscription(({ ctx, signal }) =>
    watchList(ctx.deps.terminals, signal ?? new AbortController().signal),
  ),
  record: procedure("operator")
    .input(terminalRefSchema)
    .mutation(({ ctx, input }) => recordTerminal(ctx.deps, input.id, ctx.user)),
  stopRecording: procedure("operator")
    .input(terminalRefSchema)
    .mutation(({ ctx, input }) => stopRecording(ctx.deps, input.id)),
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
