import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

/** `npm run test:unit` runs x.test.ts anywhere; x.lab.test.ts needs a systemd host and runs inside the lab (`npm run test:lab`). */
const inLab = process.env["MACHINEROOM_LAB"] === "1";

export default defineConfig({
  resolve: { alias: { "@": root } },
  cacheDir: inLab ? "/tmp/vitest" : "node_modules/.cache/vitest",
  test: {
    environment: "node",
    include: inLab ? ["**/*.lab.test.ts"] : ["**/*.test.ts"],
    exclude: ["node_modules/**", "dist/**", ".next/**", "e2e/**", ...(inLab ? [] : ["**/*.lab.test.ts"])],
    // Lab tests share one host: its machines and images are named per file, but boots compete for two cores.
    fileParallelism: !inLab,
    // What is waited for has time limits of its own: these are for what hangs, on the slowest host and the busiest.
    testTimeout: inLab ? 120_000 : 30_000,
    hookTimeout: inLab ? 120_000 : 30_000,
  },
});
