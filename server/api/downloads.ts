import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { buildIdSchema } from "@/lib/build";
import { AppError } from "@/lib/errors";
import { type JournalFormat, journalExportSchema } from "@/lib/journal";
import { recordingIdSchema } from "@/lib/recording";
import { hasRole, type Role } from "@/lib/roles";
import { readLogText } from "@/server/services/builds/log-text";
import type { Deps } from "@/server/services/deps";
import { exportJournal } from "@/server/services/journal/export";
import type { ActiveSession } from "./auth";
import { describeIssues } from "./errors";

interface Download {
  fileName: string;
  contentType: string;
  /** Left out where it is known at the end only. */
  sizeBytes?: number;
  content: Readable;
}

interface DownloadRequest {
  /** What of it: the address's query. */
  query: URLSearchParams;
  /** Who asks. */
  userId: string;
  /** Aborts when the browser has gone. */
  signal: AbortSignal;
}

interface DownloadRoute {
  /** Its group names what is asked for. */
  path: RegExp;
  least: Role;
  open(deps: Deps, asked: string | undefined, request: DownloadRequest): Promise<Download>;
}

const CONTENT_TYPES: Record<JournalFormat, string> = {
  text: "text/plain; charset=utf-8",
  json: "application/x-ndjson",
};

const ROUTES: readonly DownloadRoute[] = [
  { path: /^\/api\/files\/builds\/([^/]+)\/log$/, least: "viewer", open: openBuildLog },
  { path: /^\/api\/files\/journals\/([^/]+)$/, least: "viewer", open: openJournal },
  { path: /^\/api\/files\/recordings\/([^/]+)$/, least: "operator", open: openRecording },
];

/** The route of a path that is downloaded, undefined for any other. */
export function findDownload(path: string): DownloadRoute | undefined {
  return ROUTES.find((route) => route.path.test(path));
}

/** GET of a download's address, as fast as the browser takes it: it costs no memory. */
export async function sendDownload(
  response: ServerResponse,
  route: DownloadRoute,
  address: { path: string; query: URLSearchParams },
  session: ActiveSession,
  deps: Deps,
): Promise<void> {
  const { id: userId, role } = session.user;
  if (!hasRole(role, route.least)) {
    throw new AppError("FORBIDDEN", `This needs the role ${route.least}; you are ${role}.`);
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const { fileName, contentType, sizeBytes, content } = await route.open(deps, route.path.exec(address.path)?.[1], {
    query: address.query,
    userId,
    signal: gone.signal,
  });
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

/** Text as journalctl prints it, or an object a line; `unit` may be there several times. */
async function openJournal(deps: Deps, asked: string | undefined, { query, ...caller }: DownloadRequest) {
  const units = query.getAll("unit");
  const { priority, ...rest } = Object.fromEntries([...query].filter(([key]) => key !== "unit"));
  const input = journalExportSchema.safeParse({
    ...rest,
    name: asked,
    ...(units.length > 0 && { units }),
    ...(priority !== undefined && { priority: Number(priority) }),
  });
  if (!input.success) throw new AppError("INVALID", describeIssues(input.error));
  const { fileName, format, content } = await exportJournal(deps, input.data, caller);
  return { fileName, contentType: CONTENT_TYPES[format], content };
}

/** An asciicast v2 file. */
async function openRecording(deps: Deps, asked: string | undefined): Promise<Download> {
  const id = recordingIdSchema.safeParse(asked);
  if (!id.success) throw new AppError("INVALID", "A recording's id is a UUID.");
  const { fileName, sizeBytes, stream } = await deps.recordings.read(id.data);
  return { fileName, contentType: "application/x-asciicast", sizeBytes, content: stream };
}
