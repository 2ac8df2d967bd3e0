import { output, timedRounds, unitProperty } from "./commands";
import { quantile, type Result, result } from "./results";
import { waitForHealth } from "./session";

const API = "machineroom-api.service";
const WEB = "machineroom-web.service";
const ROUNDS = 5;
const TARGET_READY_MS = 1000;
const TARGET_EXPOSURE = { [API]: 7, [WEB]: 2.5 };

/** From the start of the api's program to the moment it tells systemd that it is ready. */
export async function measureStart(): Promise<Result[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await output("/usr/bin/systemctl", "restart", API);
    const begin = Number(await unitProperty(API, "ExecMainStartTimestampMonotonic"));
    const ready = Number(await unitProperty(API, "ActiveEnterTimestampMonotonic"));
    times.push((ready - begin) / 1000);
  }
  await waitForHealth();
  const bare = await timedRounds(ROUNDS, () => output(process.execPath, "-e", "0"));
  return [
    result("node with nothing to do, start to end", quantile(bare, 0.5), "ms"),
    result(`api ready after its start, p50 of ${ROUNDS}`, quantile(times, 0.5), "ms", TARGET_READY_MS),
  ];
}

/** What systemd-analyze security says of both units: 0 is closed, 10 is open. */
export async function measureExposure(): Promise<Result[]> {
  const results: Result[] = [];
  for (const [unit, target] of Object.entries(TARGET_EXPOSURE)) {
    const text = await output("/usr/bin/systemd-analyze", "security", "--no-pager", unit);
    const exposure = Number(/Overall exposure level for \S+: ([0-9.]+)/.exec(text)?.[1]);
    results.push(result(`systemd-analyze security ${unit}`, exposure, "of 10", target));
  }
  return results;
}
