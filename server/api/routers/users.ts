import { z } from "zod";

import { accountIdSchema, emailSchema, personNameSchema } from "@/lib/accounts";
import { roleSchema } from "@/lib/role-schema";
import { inviteUser, listInvitations, revokeInvitation } from "@/server/services/users/invitations";
import { listUsers, renameUser, setUserDisabled, setUserRole } from "@/server/services/users/manage-users";
import { procedure, router } from "../trpc";

const refSchema = z.strictObject({ id: accountIdSchema });

export const usersRouter = router({
  list: procedure("admin").query(({ ctx }) => listUsers(ctx.deps.db)),
  invite: procedure("admin")
    .input(z.strictObject({ email: emailSchema, role: roleSchema }))
    .mutation(({ ctx, input }) => inviteUser(ctx.deps.db, input, ctx.publicOrigin)),
  invitations: procedure("admin").query(({ ctx }) => listInvitations(ctx.deps.db)),
  revokeInvitation: procedure("admin")
    .input(refSchema)
    .mutation(({ ctx, input }) => revokeInvitation(ctx.deps.db, input.id)),
  setRole: procedure("admin")
    .input(refSchema.extend({ role: roleSchema }))
    .mutation(({ ctx, input }) => setUserRole(ctx.deps.db, input)),
  disable: procedure("admin")
    .input(refSchema)
    .mutation(({ ctx, input }) => setUserDisabled(ctx.deps.db, { id: input.id, disabled: true })),
  enable: procedure("admin")
    .input(refSchema)
    .mutation(({ ctx, input }) => setUserDisabled(ctx.deps.db, { id: input.id, disabled: false })),
  /** One's own name. */
  rename: procedure("viewer")
    .input(z.strictObject({ displayName: personNameSchema }))
    .mutation(({ ctx, input }) => renameUser(ctx.deps.db, { id: ctx.user.id, name: input.displayName })),
});
