import { procedure } from "../trpc";

export const meProcedure = procedure("viewer").query(({ ctx }) => ({
  id: ctx.user.id,
  email: ctx.user.email,
  name: ctx.user.name,
  role: ctx.user.role,
}));
