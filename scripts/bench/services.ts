import type { Bench } from "./bench";
import { output, timed, unitProperty } from "./commands";
import { median, type Result, result } from "./results";
import { waitForHealth } from "./session";

const API = "machineroom-api.service";
const WEB = "machineroom-web.service";
const ROUNDS = 7;
const TARGET_READY_MS = 1000;
const TARGET_EXPOSURE = { [API]: 7, [WEB]: 2.5 };
/** What a person has without the dashboard. */
const NEIGHBOUR = "systemd-machined.service";

/** From the start of the api's program to the moment it tells systemd that it is ready. */
export async function measureStart({ onEnd }: Bench): Promise<Result[]> {
  onEnd(waitForHealth);
  const ready: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await timed(() => output(process.execPath, "-e", "0")));
    ready.push(await restartApi());
  }
  return [
    result("node with nothing to do, start to end", median(bare), "ms"),
    result(`api ready after its start, p50 of ${ROUNDS}`, median(ready), "ms", TARGET_READY_MS),
    result("api ready over node with nothing to do", median(ready) / median(bare), "×"),
  ];
}

async function restartApi(): Promise<number> {
  // Else systemd refuses the sixth start within ten seconds.
  await output("/usr/bin/systemctl", "reset-failed", API);
  await output("/usr/bin/systemctl", "restart", API);
  const begin = Number(await unitProperty(API, "ExecMainStartTimestampMonotonic"));
  const ready = Number(await unitProperty(API, "ActiveEnterTimestampMonotonic"));
  if (!(ready > begin && begin > 0)) throw new Error(`${API} told no time of its start`);
  return (ready - begin) / 1000;
}

/** What systemd-analyze security says of both units: 0 is closed, 10 is open. */
export async function measureExposure(): Promise<Result[]> {
  const results = [result(`systemd-analyze security ${NEIGHBOUR}`, await exposureOf(NEIGHBOUR), "of 10")];
  for (const [unit, target] of Object.entries(TARGET_EXPOSURE))
    results.push(result(`systemd-analyze security ${unit}`, await exposureOf(unit), "of 10", target));
  return results;
}

async function exposureOf(unit: string): Promise<number> {
  const text = await output("/usr/bin/systemd-analyze", "security", "--no-pager", unit);
  return Number(/Overall exposure level for \S+: ([0-9.]+)/.exec(text)?.[1]);
}
