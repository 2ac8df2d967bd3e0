// Generates the Prisma client into server/db/generated. Generating never runs Prisma's schema engine, but the CLI
// downloads it all the same unless it is told where one is: any existing executable will do.
import { spawnSync } from "node:child_process";
import { hashOf, isFresh, ROOT, stamp } from "./source-hash.mjs";

const hash = hashOf(["prisma/schema.prisma", "node_modules/prisma/package.json"]);
if (!isFresh("prisma", hash, "server/db/generated/client.ts")) {
  const { status } = spawnSync(
    process.execPath,
    ["node_modules/prisma/build/index.js", "generate", "--schema=prisma/schema.prisma"],
    {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "inherit"],
      timeout: 120_000,
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        CHECKPOINT_DISABLE: "1",
      },
    },
  );
  if (status !== 0) process.exit(status ?? 1);
  stamp("prisma", hash);
  console.log("generate: Prisma client written");
}
