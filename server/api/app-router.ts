import { auditRouter } from "./routers/audit";
import { bootRouter } from "./routers/boot";
import { buildsRouter } from "./routers/builds";
import { cgroupsRouter } from "./routers/cgroups";
import { hostRouter } from "./routers/host";
import { journalRouter } from "./routers/journal";
import { machinesRouter } from "./routers/machines";
import { meProcedure } from "./routers/me";
import { metricsRouter } from "./routers/metrics";
import { recordingsRouter } from "./routers/recordings";
import { sessionsRouter } from "./routers/sessions";
import { terminalsRouter } from "./routers/terminals";
import { unitsRouter } from "./routers/units";
import { usersRouter } from "./routers/users";
import { router } from "./trpc";

export const appRouter = router({
  me: meProcedure,
  host: hostRouter,
  machines: machinesRouter,
  boot: bootRouter,
  units: unitsRouter,
  metrics: metricsRouter,
  journal: journalRouter,
  cgroups: cgroupsRouter,
  builds: buildsRouter,
  terminals: terminalsRouter,
  recordings: recordingsRouter,
  users: usersRouter,
  sessions: sessionsRouter,
  audit: auditRouter,
});

export type AppRouter = typeof appRouter;
