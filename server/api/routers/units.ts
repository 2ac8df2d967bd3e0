import { machineRefSchema } from "@/lib/machine";
import { type UnitVerb, unitListSchema, unitRefSchema } from "@/lib/units";
import { changeUnit } from "@/server/services/units/change";
import { readUnitDetails } from "@/server/services/units/details";
import { listUnits } from "@/server/services/units/list";
import { watchUnits } from "@/server/services/units/watch";
import { procedure, router } from "../trpc";

const change = (verb: UnitVerb) =>
  procedure("operator")
    .input(unitRefSchema)
    .mutation(({ ctx, input }) => changeUnit(ctx.deps, verb, input));

export const unitsRouter = router({
  list: procedure("viewer")
    .input(unitListSchema)
    .query(({ ctx, input }) => listUnits(ctx.deps, input)),
  details: procedure("viewer")
    .input(unitRefSchema)
    .query(({ ctx, input }) => readUnitDetails(ctx.deps, input)),
  watch: procedure("viewer")
    .input(machineRefSchema)
    .subscription(({ ctx, input, signal }) => watchUnits(ctx.deps, input.name, signal ?? new AbortController().signal)),
  start: change("start"),
  stop: change("stop"),
  restart: change("restart"),
  resetFailed: change("resetFailed"),
});
