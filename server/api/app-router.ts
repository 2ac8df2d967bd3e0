import { auditRouter } from "./routers/audit";
import { buildsRouter } from "./routers/builds";
import { hostRouter } from "./routers/host";
import { machinesRouter } from "./routers/machines";
import { meProcedure } from "./routers/me";
import { recordingsRouter } from "./routers/recordings";
import { sessionsRouter } from "./routers/sessions";
import { terminalsRouter } from "./routers/terminals";
import { usersRouter } from "./routers/users";
import { router } from "./trpc";

export const appRouter = router({
  me: meProcedure,
  host: hostRouter,
  machines: machinesRouter,
  builds: buildsRouter,
  terminals: terminalsRouter,
  recordings: recordingsRouter,
  users: usersRouter,
  sessions: sessionsRouter,
  audit: auditRouter,
});

export type AppRouter = typeof appRouter;
