import { z } from "zod";

import { ROLES } from "./roles";

/** Apart from roles.ts, so that a page which only asks what a role may do need not load zod. */
export const roleSchema = z.enum(ROLES);
