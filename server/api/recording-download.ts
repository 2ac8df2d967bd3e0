import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

import { AppError } from "@/lib/errors";
import { recordingIdSchema } from "@/lib/recording";
import { hasRole } from "@/lib/roles";
import type { Deps } from "@/server/services/deps";
import type { ActiveSession } from "./auth";

const PATH = /^\/api\/files\/recordings\/([^/]+)$/;

export function isRecordingPath(path: string): boolean {
  return PATH.test(path);
}

/** GET /api/files/recordings/ID: an asciicast v2 file, for those who may open terminals. */
export async function sendRecording(
  response: ServerResponse,
  path: string,
  session: ActiveSession,
  deps: Deps,
): Promise<void> {
  if (!hasRole(session.user.role, "operator")) {
    throw new AppError("FORBIDDEN", `This needs the role operator; you are ${session.user.role}.`);
  }
  const id = recordingIdSchema.safeParse(PATH.exec(path)?.[1]);
  if (!id.success) throw new AppError("INVALID", "A recording's id is a UUID.");
  const { fileName, sizeBytes, stream } = await deps.recordings.read(id.data);
  response.writeHead(200, {
    "content-type": "application/x-asciicast",
    "content-length": sizeBytes,
    "content-disposition": `attachment; filename="${fileName}"`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  await pipeline(stream, response).catch((error: unknown) => {
    // The browser went away in the middle: nobody to tell.
    if (!response.destroyed) throw error;
  });
}
