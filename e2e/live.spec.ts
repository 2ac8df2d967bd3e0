import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { BrowserContext, Locator, Page } from "@playwright/test";

import { createMachines } from "@/server/systemd/test-burst";
import { signInAs } from "./fixtures/accounts";
import {
  emptyPool,
  hostCommand,
  machinectlStates,
  placeMachine,
  removeMachine,
  startMachine,
  waitForBoot,
} from "./fixtures/host";
import { expect, newPage, test } from "./fixtures/test";

const NAME = "live-one";
const unitOf = (name: string) => `systemd-nspawn@${name}.service`;
const AWAY = "Not connected to the host.";

const rowOf = (page: Page, name: string): Locator => page.getByRole("row").filter({ hasText: name });
const linkOf = (page: Page): Locator => page.getByRole("region", { name: "Host" });

const systemctl = (...args: string[]) => hostCommand("/usr/bin/systemctl", ...args);
const machinectl = (...args: string[]) => hostCommand("/usr/bin/machinectl", ...args);

interface Looking {
  list: Page;
  /** The page of one machine. */
  machine: Page;
}

async function lookAt(name: string, page: Page, context: BrowserContext, problems: string[]): Promise<Looking> {
  await signInAs(context, "operator");
  const machine = await newPage(context, problems);
  await page.goto("/machines");
  await machine.goto(`/machines/${name}`);
  for (const one of [page, machine]) await expect(linkOf(one)).toContainText("Live");
  return { list: page, machine };
}

/** What the machine's page says of its state, above its tabs. */
const stateOn = (page: Page, state: string): Locator => page.getByRole("main").getByText(state).first();

/** The states of machines as the list page shows them, by name; null while it does not call them live. Read in one moment. */
function shown(page: Page): Promise<Record<string, string> | null> {
  return page.evaluate(() => {
    const link = document.querySelector("section[aria-label=Host]")?.textContent ?? "";
    if (!link.includes("Live")) return null;
    const rows = [...document.querySelectorAll("tbody tr")].map((row) => [
      row.querySelector("a")?.textContent ?? "",
      /Running|Stopped|Starting|Stopping|Failed/.exec(row.textContent)?.[0] ?? "",
    ]);
    return Object.fromEntries(rows.filter(([name]) => name !== ""));
  });
}

/** The list says what machinectl says. */
async function expectConverged(page: Page): Promise<void> {
  await expect(async () => {
    const states = await shown(page);
    const running = states && Object.keys(states).filter((name) => states[name] === "Running");
    const names = (await machinectlStates()).filter((name) => !name.startsWith("."));
    expect(running?.sort()).toEqual(names.sort());
  }).toPass({ timeout: 30_000 });
}

/** From now on, every way in which the list has shown a machine as live. */
async function recordStates(page: Page, name: string): Promise<() => Promise<string[]>> {
  await page.evaluate((machine) => {
    const seen: string[] = [];
    const look = () => {
      const live = document.querySelector("section[aria-label=Host]")?.textContent.includes("Live");
      const row = [...document.querySelectorAll("tbody tr")].find((one) => one.textContent.includes(machine));
      const state = /Running|Stopped|Starting|Stopping|Failed/.exec(row?.textContent ?? "")?.[0] ?? "gone";
      const now = live ? state : "not live";
      if (seen.at(-1) !== now) seen.push(now);
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { seenStates: seen });
  }, name);
  return () => page.evaluate(() => Reflect.get(window, "seenStates"));
}

test.beforeAll(async () => {
  await emptyPool();
  await placeMachine(NAME);
  await startMachine(NAME);
});

test.afterAll(() => removeMachine(NAME));

// A page may ask for more about a machine in the moment it goes, and is told that it did.
test.beforeEach(({ expected }) => expected(/status of 4(04|12)/));

test("a network that is lost without a word is told, and found again alone", async ({ page, context, expected }) => {
  expected(/WebSocket/);
  await signInAs(context, "operator");
  await page.goto("/machines");
  await expect(rowOf(page, NAME)).toContainText("Running");
  await expect(linkOf(page)).toContainText("Live");
  const powerOff = page.getByRole("button", { name: `Power off ${NAME}` });
  await expect(powerOff).toBeEnabled();
  const web = (signal: string) => hostCommand("/usr/bin/systemctl", "kill", `--signal=${signal}`, "machineroom-web");
  // Its sockets stay open, and nobody answers on them: as where a cable was pulled far away.
  await web("STOP");
  try {
    await expect(page.getByText("Not connected to the host.")).toBeVisible();
    await expect(linkOf(page)).toContainText("Disconnected");
    await expect(powerOff).toBeDisabled();
    await hostCommand("/usr/bin/systemctl", "stop", unitOf(NAME));
    await expect(rowOf(page, NAME)).toContainText("Running");
  } finally {
    await web("CONT");
  }
  await expect(linkOf(page)).toContainText("Live");
  await expect(rowOf(page, NAME)).toContainText("Stopped");
  await expect(page.getByText("Not connected to the host.")).toHaveCount(0);
});

test("a restart of machined is not seen, and what comes after it is", async ({ page, context, problems }) => {
  await systemctl("start", unitOf(NAME));
  await waitForBoot(NAME);
  const { list, machine } = await lookAt(NAME, page, context, problems);
  await expect(rowOf(list, NAME)).toContainText("Running");
  const seen = await recordStates(list, NAME);
  await systemctl("restart", "systemd-machined.service");
  await machinectl("terminate", NAME);
  await expect(rowOf(list, NAME)).toContainText("Stopped");
  await expect(stateOn(machine, "Stopped")).toBeVisible();
  await expectConverged(list);
  expect((await seen()).filter((state) => state !== "Stopping")).toEqual(["Running", "Stopped"]);
});

test("without a bus nothing is live, and with it all is as machinectl says", async ({
  page,
  context,
  problems,
  expected,
}) => {
  // What a page asks meanwhile is answered so.
  expected(/503/);
  await systemctl("start", unitOf(NAME));
  await waitForBoot(NAME);
  const { list, machine } = await lookAt(NAME, page, context, problems);
  await expect(rowOf(list, NAME)).toContainText("Running");
  const seen = await recordStates(list, NAME);
  try {
    await systemctl("stop", "dbus.socket", "dbus.service");
    for (const one of [list, machine]) await expect(one.getByText(AWAY)).toBeVisible();
    for (const one of [list, machine]) await expect(one.getByRole("button", { name: "Power off" })).toBeDisabled();
    await systemctl("stop", unitOf(NAME));
    // It stays away for longer than any answer is waited for.
    const since = Date.now();
    await expect.poll(() => Date.now() - since).toBeGreaterThan(5000);
    await expect(rowOf(list, NAME)).toContainText("Running");
  } finally {
    await systemctl("start", "dbus.socket", "dbus.service");
    // These do not find the bus again by themselves.
    await systemctl("restart", "systemd-logind.service", "systemd-networkd.service");
  }
  for (const one of [list, machine]) await expect(linkOf(one)).toContainText("Live");
  await expect(stateOn(machine, "Stopped")).toBeVisible();
  await expectConverged(list);
  // A host that is slow to come back may fall silent once more; what ended meanwhile is never shown as running again.
  expect((await seen()).join(", ")).toMatch(/^Running, not live(, Stopped, not live)*, Stopped$/);
});

test("a machine that reboots in a loop is shown to its bitter end", async ({ page, context, problems }) => {
  const name = "live-loop";
  const limits = `/run/systemd/system/${unitOf(name)}.d`;
  await placeMachine(name);
  try {
    // reboot(2), LINUX_REBOOT_CMD_RESTART; its number on x86-64 and elsewhere.
    const script = "syscall(`uname -m` =~ /x86_64/ ? 169 : 142, 0xfee1dead, 672274793, 0x1234567, 0);";
    const init = `/var/lib/machines/${name}/usr/lib/systemd/systemd`;
    await rm(init);
    await writeFile(init, `#!/usr/bin/perl\n${script}\n`);
    await chmod(init, 0o755);
    // systemd gives up after five starts in ten seconds; here however long they take.
    await mkdir(limits, { recursive: true });
    await writeFile(`${limits}/limit.conf`, "[Unit]\nStartLimitIntervalSec=1h\n");
    await systemctl("daemon-reload");
    const { list, machine } = await lookAt(name, page, context, problems);
    await machinectl("start", name).catch(() => undefined);
    await expect.poll(() => systemctl("show", "-P", "ActiveState", unitOf(name))).toBe("failed\n");
    await expect(rowOf(list, name)).toContainText("Failed");
    await expect(stateOn(machine, "Failed")).toBeVisible();
    await expectConverged(list);
  } finally {
    await rm(limits, { recursive: true, force: true });
    await systemctl("reset-failed", unitOf(name)).catch(() => undefined);
    await removeMachine(name);
    await systemctl("daemon-reload");
  }
});

test("a machine started by hand has a row and a page for as long as it runs", async ({ page, context, problems }) => {
  const name = "live-by-hand";
  const tree = await mkdtemp("/var/tmp/live-by-hand-");
  await hostCommand("/usr/bin/cp", "-a", "/srv/fixtures/debian/.", tree);
  const { list, machine } = await lookAt(name, page, context, problems);
  await expect(machine.getByText(`There is no machine named ${name}`)).toBeVisible();
  const argv = ["--quiet", "-M", name, "-D", tree, "/usr/bin/sleep", "infinity"];
  const nspawn = spawn("/usr/bin/systemd-nspawn", argv, { stdio: "ignore" });
  try {
    await expect.poll(machinectlStates).toContain(name);
    await expect(rowOf(list, name)).toContainText("Running");
    await expect(stateOn(machine, "Running")).toBeVisible();
    await expect(machine.getByText("machine-live\\x2dby\\x2dhand.scope")).toBeVisible();
    await expectConverged(list);
    await machinectl("terminate", name);
    await expect.poll(machinectlStates).not.toContain(name);
    await expect(rowOf(list, name)).toHaveCount(0);
    await expect(machine.getByText(`${name} is gone`)).toBeVisible();
  } finally {
    nspawn.kill("SIGKILL");
    await rm(tree, { recursive: true, force: true });
  }
});

test("an image renamed under its open page is gone there, and once in the list", async ({
  page,
  context,
  problems,
}) => {
  const [from, to] = ["live-from", "live-to"];
  await placeMachine(from);
  try {
    const { list, machine } = await lookAt(from, page, context, problems);
    await expect(stateOn(machine, "Stopped")).toBeVisible();
    await expect(rowOf(list, from)).toContainText("Stopped");
    const seen = await recordStates(list, from);
    await machinectl("rename", from, to);
    await expect(machine.getByText(`${from} is gone`)).toBeVisible();
    await expect(rowOf(list, to)).toContainText("Stopped");
    await expect(rowOf(list, from)).toHaveCount(0);
    expect(await seen()).toEqual(["Stopped", "gone"]);
    await machinectl("rename", to, from);
    await expect(stateOn(machine, "Stopped")).toBeVisible();
  } finally {
    await removeMachine(from);
    await removeMachine(to);
  }
});

test("120 machines that come and go in a burst are all told", async ({ page, context, problems }) => {
  const names = Array.from({ length: 120 }, (_, index) => `live-burst-${index}`);
  const watched = "live-burst-7";
  await systemctl("stop", unitOf(NAME));
  const { list, machine } = await lookAt(watched, page, context, problems);
  const seen = await recordStates(list, NAME);
  const burst = await createMachines(names);
  try {
    await expect(list.getByText("121 machines · 120 running")).toBeVisible();
    await expect(stateOn(machine, "Running")).toBeVisible();
    await burst.terminate();
    await expect.poll(machinectlStates).toEqual([]);
    await expect(list.getByText("1 machine · 0 running")).toBeVisible();
    await expect(machine.getByText(`${watched} is gone`)).toBeVisible();
    await expectConverged(list);
  } finally {
    await burst.close();
  }
  // Nothing was called not live in between.
  expect((await seen()).filter((state) => state === "not live")).toEqual([]);
});
