import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, relative } from "node:path";

const SUFFIX = ".gz";
const TYPES: Record<string, string> = {
  ".js": "application/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

export interface CompressedFiles {
  /** Answers with the file at the request's path. False, and no answer, where there is none or the browser takes no gzip. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
}

/**
 * What the build compressed (FILE.gz beside FILE, scripts/build.mjs), below `directory`, at the addresses below `base`. Next.js would
 * compress each anew for every page that loads. Their names have a hash of what is in them, so they are kept for ever; there is less
 * than a megabyte of them.
 */
export function readCompressedFiles(directory: string, base: string): CompressedFiles {
  const files = new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(SUFFIX))
      .map((entry) => {
        const file = join(entry.parentPath, entry.name);
        return [`${base}/${relative(directory, file).slice(0, -SUFFIX.length)}`, readFileSync(file)];
      }),
  );
  return {
    serve({ method, url = "", headers }, response) {
      const path = url.split("?", 1)[0] ?? "";
      const body = method === "GET" || method === "HEAD" ? files.get(path) : undefined;
      const type = TYPES[extname(path)];
      if (!body || type === undefined || !takesGzip(headers["accept-encoding"])) return false;
      response.writeHead(200, {
        "content-type": type,
        "content-encoding": "gzip",
        "content-length": body.length,
        "cache-control": "public, max-age=31536000, immutable",
        vary: "accept-encoding",
      });
      response.end(body);
      return true;
    },
  };
}

/** Accept-Encoding (RFC 9110 §12.5.3) names gzip, and not with a weight of 0. */
function takesGzip(accepted: string | string[] | undefined): boolean {
  return [accepted ?? []]
    .flat()
    .join()
    .split(",")
    .some((coding) => /^\s*gzip\s*(?:;(?!\s*q=0(?:\.0*)?\s*$)|$)/i.test(coding));
}
