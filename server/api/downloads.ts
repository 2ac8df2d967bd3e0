import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { buildIdSchema } from "@/lib/build";
import { AppError } from "@/lib/errors";
import { recordingIdSchema } from "@/lib/recording";
import { hasRole, type Role } from "@/lib/roles";
import { readLogText } from "@/server/services/builds/log-text";
import type { Deps } from "@/server/services/deps";
import type { ActiveSession } from "./auth";

interface Download {
  fileName: string;
  contentType: string;
  /** Left out where it is known at the end only. */
  sizeBytes?: number;
  content: Readable;
}

interface DownloadRoute {
  /** Its group names what is asked for. */
  path: RegExp;
  least: Role;
  open(deps: Deps, asked: string | undefined): Promise<Download>;
}

const ROUTES: readonly DownloadRoute[] = [
  { path: /^\/api\/files\/builds\/([^/]+)\/log$/, least: "viewer", open: openBuildLog },
  { path: /^\/api\/files\/recordings\/([^/]+)$/, least: "operator", open: openRecording },
];

/** The route of a path that is downloaded, undefined for any other. */
export function findDownload(path: string): DownloadRoute | undefined {
  return ROUTES.find((route) => route.path.test(path));
}

/** GET of a download's path, as fast as the browser takes it: it costs no memory. */
export async function sendDownload(
  response: ServerResponse,
  route: DownloadRoute,
  path: string,
  session: ActiveSession,
  deps: Deps,
): Promise<void> {
  const { role } = session.user;
  if (!hasRole(role, route.least)) {
    throw new AppError("FORBIDDEN", `This needs the role ${route.least}; you are ${role}.`);
  }
  const { fileName, contentType, sizeBytes, content } = await route.open(deps, route.path.exec(path)?.[1]);
  response.writeHead(200, {
    "content-type": contentType,
    "content-disposition": `attachment; filename="${fileName}"`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(sizeBytes !== undefined && { "content-length": sizeBytes }),
  });
  await pipeline(content, response).catch((error: unknown) => {
    // The browser went away in the middle: nobody to tell.
    if (!response.destroyed) throw error;
  });
}

/** The log as text. */
async function openBuildLog(deps: Deps, asked: string | undefined): Promise<Download> {
  const id = buildIdSchema.safeParse(asked);
  if (!id.success) throw new AppError("INVALID", "A build's id has 8 to 32 letters and digits.");
  const { fileName, lines } = await readLogText(deps, id.data);
  return { fileName, contentType: "text/plain; charset=utf-8", content: Readable.from(lines) };
}

/** An asciicast v2 file. */
async function openRecording(deps: Deps, asked: string | undefined): Promise<Download> {
  const id = recordingIdSchema.safeParse(asked);
  if (!id.success) throw new AppError("INVALID", "A recording's id is a UUID.");
  const { fileName, sizeBytes, stream } = await deps.recordings.read(id.data);
  return { fileName, contentType: "application/x-asciicast", sizeBytes, content: stream };
}
