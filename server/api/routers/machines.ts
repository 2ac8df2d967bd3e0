import {
  machineBindSchema,
  machineCopySchema,
  machineExecSchema,
  machineKillSchema,
  machineRefSchema,
  machineRunOnceSchema,
  machineTargetSchema,
} from "@/lib/machine";
import {
  applyVerb,
  disableMachine,
  enableMachine,
  powerOffMachine,
  rebootMachine,
  startMachine,
  terminateMachine,
} from "@/server/services/machines/change-state";
import { execInMachine } from "@/server/services/machines/exec";
import { killMachine } from "@/server/services/machines/kill";
import { readProperties } from "@/server/services/machines/properties";
import { requireHost, requireMachine } from "@/server/services/machines/require-machine";
import { allowRootLogin } from "@/server/services/machines/root-login";
import { runOnce } from "@/server/services/machines/run-once";
import { readStatus } from "@/server/services/machines/status";
import { bindIntoMachine, copyFiles } from "@/server/services/machines/transfer-files";
import { watchMachines } from "@/server/services/machines/watch";
import { whyFailed } from "@/server/services/machines/why-failed";
import { procedure, router } from "../trpc";

const operatorOnTarget = () => procedure("operator").input(machineTargetSchema);

export const machinesRouter = router({
  list: procedure("viewer").query(({ ctx }) => {
    requireHost(ctx.deps.world);
    return ctx.deps.world.machines();
  }),
  get: procedure("viewer")
    .input(machineRefSchema)
    .query(({ ctx, input }) => requireMachine(ctx.deps, input.name)),
  watch: procedure("viewer").subscription(({ ctx, signal }) =>
    watchMachines(ctx.deps, signal ?? new AbortController().signal),
  ),
  properties: procedure("viewer")
    .input(machineRefSchema)
    .query(({ ctx, input, signal }) => readProperties(ctx.deps, input.name, signal)),
  status: procedure("viewer")
    .input(machineRefSchema)
    .query(({ ctx, input }) => readStatus(ctx.deps, input.name)),
  start: operatorOnTarget().mutation(({ ctx, input }) => applyVerb(startMachine, ctx.deps, input)),
  poweroff: operatorOnTarget().mutation(({ ctx, input }) => applyVerb(powerOffMachine, ctx.deps, input)),
  reboot: operatorOnTarget().mutation(({ ctx, input }) => applyVerb(rebootMachine, ctx.deps, input)),
  terminate: operatorOnTarget().mutation(({ ctx, input }) => applyVerb(terminateMachine, ctx.deps, input)),
  enable: operatorOnTarget().mutation(({ ctx, input }) => applyVerb(enableMachine, ctx.deps, input)),
  disable: operatorOnTarget().mutation(({ ctx, input }) => applyVerb(disableMachine, ctx.deps, input)),
  kill: procedure("operator")
    .input(machineKillSchema)
    .mutation(({ ctx, input }) => killMachine(ctx.deps, input)),
  whyFailed: procedure("viewer")
    .input(machineRefSchema)
    .query(({ ctx, input, signal }) => whyFailed(ctx.deps, input.name, signal)),
  allowRootLogin: procedure("admin")
    .input(machineRefSchema)
    .mutation(({ ctx, input }) => allowRootLogin(ctx.deps, input.name)),
  exec: procedure("operator")
    .input(machineExecSchema)
    .mutation(({ ctx, input, signal }) => execInMachine(ctx.deps, input, signal)),
  runOnce: procedure("operator")
    .input(machineRunOnceSchema)
    .mutation(({ ctx, input, signal }) => runOnce(ctx.deps, input, signal)),
  bind: procedure("admin")
    .input(machineBindSchema)
    .mutation(({ ctx, input }) => bindIntoMachine(ctx.deps, input)),
  copyTo: procedure("admin")
    .input(machineCopySchema)
    .mutation(({ ctx, input, signal }) => copyFiles(ctx.deps, "to", input, signal)),
  copyFrom: procedure("admin")
    .input(machineCopySchema)
    .mutation(({ ctx, input, signal }) => copyFiles(ctx.deps, "from", input, signal)),
});
