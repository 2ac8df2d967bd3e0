import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { buildIdSchema } from "@/lib/build";
import { AppError } from "@/lib/errors";
import { hasRole } from "@/lib/roles";
import { readLogText } from "@/server/services/builds/log-text";
import type { Deps } from "@/server/services/deps";
import type { ActiveSession } from "./auth";

const PATH = /^\/api\/files\/builds\/([^/]+)\/log$/;

export function isBuildLogPath(path: string): boolean {
  return PATH.test(path);
}

/** GET /api/files/builds/ID/log: the log as text, for viewers. As fast as the browser takes it, so it costs no memory. */
export async function sendBuildLog(
  response: ServerResponse,
  path: string,
  session: ActiveSession,
  deps: Deps,
): Promise<void> {
  if (!hasRole(session.user.role, "viewer")) throw new AppError("FORBIDDEN", "This needs the role viewer.");
  const id = buildIdSchema.safeParse(PATH.exec(path)?.[1]);
  if (!id.success) throw new AppError("INVALID", "A build's id has 8 to 32 letters and digits.");
  const { fileName, lines } = await readLogText(deps, id.data);
  response.writeHead(200, {
    "content-type": "text/plain; charset=utf-8",
    "content-disposition": `attachment; filename="${fileName}"`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  await pipeline(Readable.from(lines), response).catch((error: unknown) => {
    // The browser went away in the middle: nobody to tell.
    if (!response.destroyed) throw error;
  });
}
