import { auditRouter } from "./routers/audit";
import { hostRouter } from "./routers/host";
import { machinesRouter } from "./routers/machines";
import { meProcedure } from "./routers/me";
import { sessionsRouter } from "./routers/sessions";
import { terminalsRouter } from "./routers/terminals";
import { usersRouter } from "./routers/users";
import { router } from "./trpc";

export const appRouter = router({
  me: meProcedure,
  host: hostRouter,
  machines: machinesRouter,
  terminals: terminalsRouter,
  users: usersRouter,
  sessions: sessionsRouter,
  audit: auditRouter,
});

export type AppRouter = typeof appRouter;
