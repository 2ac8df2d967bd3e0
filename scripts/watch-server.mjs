// For `npm run dev`: rebuilds the server bundles when their sources change and then runs the command it was given.
import { spawn } from "node:child_process";
import { context } from "esbuild";
import { bundleOptions } from "./server-bundles.mjs";

const [command, ...args] = process.argv.slice(2);
let first = true;

const restart = {
  name: "restart",
  setup(build) {
    build.onEnd((result) => {
      // The first round only repeats what the build before it wrote.
      if (first || result.errors.length > 0) {
        first = false;
        return;
      }
      console.log("dev: server rebuilt, restarting the api");
      spawn(command, args, { stdio: "inherit", timeout: 60_000 });
    });
  },
};

const watcher = await context({ ...bundleOptions(), plugins: [restart] });
await watcher.watch();
