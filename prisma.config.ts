import { defineConfig } from "prisma/config";

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  // Only for Prisma's own tools; the api opens its database by path (server/db/client.ts).
  datasource: { url: process.env["DATABASE_URL"] ?? "file:./machineroom.db" },
});
