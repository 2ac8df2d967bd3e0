import { join } from "node:path";
import { defineConfig, devices } from "@playwright/test";

import { LAUNCH_OPTIONS } from "./e2e/fixtures/system-browser";

const out = process.env["MACHINEROOM_OUT"] ?? "test-results";
/** What Playwright finds in its folder it removes first: runs that follow one another have one each. */
const run = process.env["MACHINEROOM_E2E_RUN"] ?? "e2e";
/** The browser runs inside the lab, on its own loopback; `npm run test:e2e` puts it there. */
export default defineConfig({
  testDir: "e2e",
  outputDir: join(out, run),
  // One host, one set of machines: tests would see each other's.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  timeout: 180_000,
  globalTimeout: 40 * 60_000,
  expect: { timeout: 30_000 },
  projects: [
    { name: "setup", testMatch: "*.setup.ts" },
    { name: "specs", testIgnore: "power-cut/**", dependencies: ["setup"] },
    { name: "before-power-cut", testMatch: "power-cut/before.spec.ts" },
    { name: "after-power-cut", testMatch: "power-cut/after.spec.ts" },
  ],
  reporter: [["list"], ["json", { outputFile: join(out, `${run}.json`) }]],
  use: {
    ...devices["Desktop Chrome"],
    baseURL: process.env["MACHINEROOM_URL"] ?? "http://127.0.0.1:8470",
    locale: "en-US",
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    // Its screenshots take the processor from the pages: one core draws them.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
    launchOptions: LAUNCH_OPTIONS,
  },
});
