import type { Locator, Page } from "@playwright/test";

import { signInAs } from "./fixtures/accounts";
import { auditOf } from "./fixtures/audit";
import { expectAccessible } from "./fixtures/axe";
import { bootMachine, hostCommand, removeMachine, unitState } from "./fixtures/host";
import { expectToFit, openOnPhone } from "./fixtures/phone";
import { BASE_URL, call, expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "processes-one";
const WORKER = "[Service]\nExecStart=/bin/sleep 4242\nRestart=no\n";
const BUSY = "[Service]\nExecStart=/bin/sh -c 'while :; do :; done'\n";
const DELEGATED = `[Service]
Delegate=yes
ExecStart=/bin/sh -c 'own=/sys/fs/cgroup/unified$(sed -n s/^0:://p /proc/self/cgroup); mkdir -p $own/inner; \\
  sleep 4343 & echo $! >$own/inner/cgroup.procs; exec sleep inf'
`;

const grid = (page: Page): Locator => page.getByRole("treegrid", { name: `Processes of ${NAME}` });
const rowOf = (page: Page, text: string | RegExp): Locator => grid(page).locator("tbody tr").filter({ hasText: text });
const menuOf = (page: Page, text: string): Locator => rowOf(page, text).getByRole("button", { name: /^Actions for/ });

async function open(page: Page, query = ""): Promise<void> {
  await page.goto(`${BASE_URL}/machines/${NAME}${query}#processes`);
  await expect(rowOf(page, "init.scope")).toBeVisible();
}

/** The groups and PIDs of systemd-cgls, in its order; an ellipsis marks what is delegated. */
async function toolRows(): Promise<string[]> {
  const text = await hostCommand("/usr/bin/systemd-cgls", "-M", NAME, "--full", "--xattr=no", "--cgroup-id=no");
  return text.split("\n").flatMap((line) => {
    const rest = /[├└]─(.*)$|[|`]-(.*)$/.exec(line);
    const words = (rest?.[1] ?? rest?.[2])?.trim().replace(/ \.\.\.$/, " …");
    return words === undefined ? [] : [/^\d+ /.test(words) ? (words.split(" ")[0] ?? "") : words];
  });
}

/** The same of the page: a group's name, or a process's PID on the host. */
function pageRows(page: Page): Promise<string[]> {
  return grid(page)
    .locator("tbody tr[data-key]")
    .evaluateAll((rows) =>
      rows.slice(1).map((row) => {
        const key = row.getAttribute("data-key") ?? "";
        const delegated = row.textContent?.includes("its own groups") ? " …" : "";
        return key.startsWith("/") ? `${key.slice(key.lastIndexOf("/") + 1)}${delegated}` : (key.split("@")[0] ?? "");
      }),
    );
}

const stateOf = (unit: string) => unitState(NAME, unit);

test.beforeAll(() =>
  bootMachine(NAME, { "worker.service": WORKER, "delegated.service": DELEGATED }, { "busy.service": BUSY }),
);

test.afterAll(() => removeMachine(NAME));

test("the tree is that of systemd-cgls, live; what is not accounted is said with the reason", async ({
  page,
  context,
}) => {
  await signInAs(context, "viewer");
  await open(page);
  await expect(async () => expect(await pageRows(page)).toEqual(await toolRows())).toPass();
  await expect(rowOf(page, "/bin/sleep 4242")).toContainText(/\d+ · \d+ inside/);
  await expect(rowOf(page, "/bin/sleep 4242")).toContainText("root");
  await expect(rowOf(page, "delegated.service")).toContainText("its own groups");
  await expect(rowOf(page, /^inner/)).toBeVisible();
  await expect(page.getByText(`systemd-cgls -M ${NAME}`)).toBeVisible();
  const missing = page.getByText("Not available here: memory of groups");
  await expect(missing).toBeVisible();
  await missing.click();
  await expect(page.getByText(/systemd\.unified_cgroup_hierarchy=1/)).toBeVisible();
  await expect(rowOf(page, "worker.service").getByText("Not available")).toHaveCount(1);
  await expectAccessible(page);

  await hostCommand("/usr/bin/systemctl", "-M", NAME, "stop", "worker.service");
  await expect(rowOf(page, "worker.service")).toHaveCount(0);
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "start", "worker.service");
  await expect(rowOf(page, "worker.service")).toBeVisible();
});

test("it is sorted, filtered and folded, by mouse and by keyboard, and the address keeps that", async ({
  page,
  context,
}) => {
  await signInAs(context, "viewer");
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "start", "busy.service");
  await open(page);
  await expect(rowOf(page, "while :; do").getByText(/^[1-9]\d*(\.\d)?%$/)).toBeVisible();
  await grid(page).getByRole("button", { name: "CPU" }).click();
  await expect(grid(page).getByRole("columnheader", { name: "CPU" })).toHaveAttribute("aria-sort", "descending");
  // The busiest group comes first in each.
  await expect(async () => {
    const rows = await pageRows(page);
    expect(rows.indexOf("busy.service")).toBeLessThan(rows.indexOf("dbus.service"));
    expect(rows.indexOf("busy.service")).toBe(rows.indexOf("system.slice") + 1);
  }).toPass();
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "stop", "busy.service");

  const filter = page.getByRole("searchbox", { name: "Filter processes" });
  await filter.fill("4242");
  await expect(async () => {
    const rows = await pageRows(page);
    expect(rows.slice(0, 3)).toEqual(["payload", "system.slice", "worker.service"]);
    expect(rows).toHaveLength(4);
  }).toPass();
  await filter.fill("no such thing");
  await page.getByRole("button", { name: "Show all processes" }).click();

  await page.getByRole("button", { name: "Fold system.slice" }).click();
  await expect(rowOf(page, "worker.service")).toHaveCount(0);
  await expect(page).toHaveURL(/sort=cpu&closed=payload%2Fsystem\.slice#processes$/);
  await page.reload();
  await expect(rowOf(page, "system.slice")).toHaveAttribute("aria-expanded", "false");
  await expect(grid(page).getByRole("columnheader", { name: "CPU" })).toHaveAttribute("aria-sort", "descending");

  const topmost = grid(page).locator("tbody tr").first();
  await topmost.focus();
  await page.keyboard.press("ArrowDown");
  await expect(grid(page).locator("tr:focus")).toHaveAttribute("aria-level", "2");
  await page.keyboard.press("Home");
  await expect(topmost).toBeFocused();
  await rowOf(page, "system.slice").focus();
  await page.keyboard.press("ArrowRight");
  await expect(rowOf(page, "worker.service")).toBeVisible();
  await page.keyboard.press("ArrowLeft");
  await expect(rowOf(page, "worker.service")).toHaveCount(0);
});

test("the treemap shows what takes the memory, and can be looked into", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await page.getByRole("button", { name: "Treemap" }).click();
  const map = page.getByRole("region", { name: /^Memory of systemd-nspawn@/ });
  await expect(map.getByText(/resident memory of each process/)).toBeVisible();
  await expect(map.getByText("/usr/lib/systemd/systemd", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await map.getByRole("button", { name: /^system\.slice/ }).click();
  const inside = page.getByRole("region", { name: "Memory of system.slice" });
  await expect(inside.getByText("/usr/lib/systemd/systemd", { exact: true })).toHaveCount(0);
  await expect(page).toHaveURL(/as=treemap&at=payload%2Fsystem\.slice#processes$/);
  await page.reload();
  await inside.getByRole("navigation").getByRole("button", { name: "payload" }).click();
  await expect(page.getByRole("region", { name: "Memory of payload" })).toBeVisible();
  await page.getByRole("button", { name: "CPU" }).click();
  await expect(page.getByRole("region", { name: "CPU of payload" })).toBeVisible();
});

test("a process, a unit and a group get a signal once it is confirmed; it is audited", async ({
  page,
  context,
  expected,
}) => {
  await signInAs(context, "operator");
  await open(page);
  await menuOf(page, "/bin/sleep 4242").click();
  await page.getByRole("menuitem", { name: "Send a signal…" }).click();
  const question = page.getByRole("dialog", { name: /^Send a signal to process \d+\?$/ });
  await expect(question).toContainText("/bin/sleep 4242");
  await expect(question.getByText(/^kill -s TERM \d+$/)).toBeVisible();
  await expectAccessible(page);
  await question.getByRole("button", { name: "Close" }).click();
  expect(await stateOf("worker.service")).toBe("active");
  await menuOf(page, "/bin/sleep 4242").click();
  await page.getByRole("menuitem", { name: "Send a signal…" }).click();
  await question.getByRole("combobox", { name: "Signal" }).click();
  await page.getByRole("option", { name: /^SIGKILL/ }).click();
  await expect(question.getByText(/^kill -s KILL \d+$/)).toBeVisible();
  await question.getByRole("button", { name: "Send signal" }).click();
  await expect(question.getByText("SIGKILL was sent.")).toBeVisible();
  await expect.poll(() => stateOf("worker.service")).toBe("failed");
  // Sent again it finds that the process has gone.
  expected(/status of 404.*cgroups\.kill/);
  await question.getByRole("button", { name: "Send signal" }).click();
  await expect(question.getByText(/There is no process \d+ any more/)).toBeVisible();
  await question.getByRole("button", { name: "Close" }).click();
  await expect(rowOf(page, "worker.service")).toHaveCount(0);

  await hostCommand("/usr/bin/systemctl", "-M", NAME, "start", "worker.service");
  await menuOf(page, "worker.service").click();
  await page.getByRole("menuitem", { name: "Send a signal to the whole unit…" }).click();
  const ofUnit = page.getByRole("dialog", { name: "Send a signal to worker.service?" });
  await expect(ofUnit.getByText(`systemctl -M ${NAME} kill --signal=SIGTERM worker.service`)).toBeVisible();
  await ofUnit.getByRole("button", { name: "Send signal" }).click();
  await expect(ofUnit.getByText("SIGTERM was sent.")).toBeVisible();
  await expect.poll(() => stateOf("worker.service")).toBe("inactive");
  await ofUnit.getByRole("button", { name: "Close" }).click();

  await rowOf(page, /^inner/)
    .getByRole("button", { name: /^Actions for/ })
    .click();
  await page.getByRole("menuitem", { name: "Send a signal to the whole group…" }).click();
  const ofGroup = page.getByRole("dialog", { name: "Send a signal to inner?" });
  await ofGroup.getByRole("button", { name: "Send signal" }).click();
  await expect(ofGroup.getByText("SIGTERM was sent.")).toBeVisible();
  await ofGroup.getByRole("button", { name: "Close" }).click();
  await expect(rowOf(page, /^inner/)).toHaveCount(0);
  expect(await stateOf("delegated.service")).toBe("active");

  await menuOf(page, "/usr/lib/systemd/systemd").first().click();
  await page.getByRole("menuitem", { name: "Send a signal…" }).click();
  await expect(page.getByText(/the machine goes down and everything in it ends/)).toBeVisible();

  const entries = await auditOf(context, NAME, "cgroups.");
  expect(entries.map(({ ok }) => ok)).toEqual([true, true, false, true]);
  expect(entries[1]?.command).toBe(`systemctl -M ${NAME} kill --signal=SIGTERM worker.service`);
  expect(entries[3]?.command).toMatch(/^kill -s KILL \d+$/);
});

test("a viewer is offered no signal, and refused one", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await expect(grid(page).getByRole("button", { name: /^Actions for/ })).toHaveCount(0);
  const refused = await call(context, "mutation", "cgroups.kill", { name: NAME, unit: "dbus.service", signal: "TERM" });
  expect(refused.status).toBe(403);
  expect(await stateOf("dbus.service")).toBe("active");
});

test("it says that a machine has stopped, and goes on with its next boot", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await hostCommand("/usr/bin/machinectl", "poweroff", NAME);
  await expect(page.getByText(`${NAME} does not run`)).toBeVisible();
  await hostCommand("/usr/bin/machinectl", "start", NAME);
  await expect(rowOf(page, "/bin/sleep 4242")).toBeVisible();
});

test("it is clean to axe in the dark on a phone, in Chinese, and does not scroll sideways", async ({
  page,
  context,
}) => {
  await signInAs(context, "operator");
  await openOnPhone(page, `/machines/${NAME}#processes`);
  await expect(page.getByRole("treegrid", { name: `${NAME} 的进程` }).getByText("worker.service")).toBeVisible();
  await expectToFit(page);
  await page.getByRole("button", { name: "矩形树图" }).click();
  await expect(page.getByRole("region", { name: /的内存$/ })).toBeVisible();
  await expectToFit(page);
});
