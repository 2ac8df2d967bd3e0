import { readHostInfo } from "@/server/services/host/info";
import { procedure, router } from "../trpc";

export const hostRouter = router({
  info: procedure("viewer").query(({ ctx }) => readHostInfo(ctx.deps)),
});
