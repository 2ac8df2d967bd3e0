import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

/** The installed package's directory: where prisma/migrations lies, above both the sources and the bundled dist/. */
export function packageRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, "prisma/schema.prisma"))) {
    const parent = dirname(directory);
    if (parent === directory)
      throw new Error("prisma/schema.prisma was not found above the program: a broken installation.");
    directory = parent;
  }
  return directory;
}

/** The version of package.json. */
export function packageVersion(): string {
  const text = readFileSync(join(packageRoot(), "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
