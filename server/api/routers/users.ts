import { z } from "zod";

import { emailSchema } from "@/lib/accounts";
import { roleSchema } from "@/lib/roles";
import { inviteUser, listUsers, setUserDisabled, setUserRole } from "@/server/services/users/manage-users";
import { procedure, router } from "../trpc";

const userIdSchema = z.string().min(1).max(64);

export const usersRouter = router({
  list: procedure("admin").query(({ ctx }) => listUsers(ctx.deps.db)),
  invite: procedure("admin")
    .input(z.strictObject({ email: emailSchema, role: roleSchema }))
    .mutation(({ ctx, input }) => inviteUser(ctx.deps.db, input, ctx.publicOrigin)),
  setRole: procedure("admin")
    .input(z.strictObject({ id: userIdSchema, role: roleSchema }))
    .mutation(({ ctx, input }) => setUserRole(ctx.deps.db, input)),
  disable: procedure("admin")
    .input(z.strictObject({ id: userIdSchema }))
    .mutation(({ ctx, input }) => setUserDisabled(ctx.deps.db, { id: input.id, disabled: true })),
  setDisabled: procedure("admin")
    .input(z.strictObject({ id: userIdSchema, disabled: z.boolean() }))
    .mutation(({ ctx, input }) => setUserDisabled(ctx.deps.db, input)),
});
