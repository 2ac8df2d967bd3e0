import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";

import { signInAs, signOut } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import {
  ADDRESS_WITHIN,
  hostCommand,
  leaderPid,
  machinectlStates,
  placeMachine,
  removeMachine,
  startMachine,
  waitForBoot,
} from "./fixtures/host";
import { BASE_URL, expect, newPage, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "page-one";
/** Without user namespacing: the only kind of machine that systemd binds into. */
const OPEN = "page-open";
const BROKEN = "page-broken";
const GONE = "page-gone";
const FILES = "/srv/page-files";
const settingsOf = (name: string) => `/etc/systemd/nspawn/${name}.nspawn`;

const menuOf = (page: Page, name = NAME): Locator => page.getByRole("button", { name: `More actions of ${name}` });
const fact = (page: Page, label: string): Locator =>
  page
    .locator("dl > div")
    .filter({ has: page.getByText(label, { exact: true }) })
    .locator("dd");
const badge = (page: Page, state: string): Locator => page.getByRole("main").getByText(state).first();

async function open(page: Page, name = NAME): Promise<void> {
  await page.goto(`/machines/${name}`);
  await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
}

async function choose(page: Page, item: string, name = NAME): Promise<Locator> {
  await menuOf(page, name).click();
  await page.getByRole("menuitem", { name: item }).click();
  return page.getByRole("dialog");
}

test.beforeAll(async () => {
  await mkdir("/etc/systemd/nspawn", { recursive: true });
  await mkdir(FILES, { recursive: true });
  await placeMachine(NAME);
});

test.afterAll(async () => {
  for (const name of [NAME, OPEN, BROKEN, GONE]) {
    await removeMachine(name);
    await rm(settingsOf(name), { force: true });
  }
  await rm(FILES, { recursive: true, force: true });
});

test("the overview says what machinectl says", async ({ page, context }) => {
  await signInAs(context, "operator");
  await open(page);
  await expect(fact(page, "Root directory")).toHaveText(`/var/lib/machines/${NAME}`);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await expect(badge(page, "Running")).toBeVisible();
  await expect(page.getByText(`machinectl start ${NAME}`)).toBeVisible();
  await waitForBoot(NAME);
  await expect(fact(page, "Addresses")).toContainText(/\d+\.\d+\.\d+\.\d+/, ADDRESS_WITHIN);
  const show = async (property: string) =>
    (await hostCommand("/usr/bin/machinectl", "show", NAME, `--property=${property}`, "--value")).trim();
  await expect(fact(page, "Leader")).toHaveText(`${await show("Leader")} · systemd`);
  await expect(fact(page, "Service")).toHaveText(`${await show("Service")} · ${await show("Class")}`);
  await expect(fact(page, "Unit")).toHaveText(await show("Unit"));
  await expect(fact(page, "Root directory")).toHaveText(await show("RootDirectory"));
  await expect(fact(page, "Machine ID")).toHaveText(await show("Id"));
  const status = await hostCommand("/usr/bin/machinectl", "status", NAME, "--lines=0", "--no-pager");
  const said = (label: string) => new RegExp(`${label}: (.+)`).exec(status)?.[1]?.trim() ?? "nothing";
  await expect(fact(page, "Interfaces")).toHaveText(said("Iface"));
  await expect(fact(page, "Addresses")).toContainText(said("Address"));
  await expect(fact(page, "UID shift")).toHaveText(said("UID Shift"));
  await expect(fact(page, "Operating system")).toContainText("Debian GNU/Linux 12");
  await expectAccessible(page);
});

test("every property of machinectl show is there, and a filter finds one", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await page.getByText("All properties").click();
  const lines = (await hostCommand("/usr/bin/machinectl", "show", "--all", NAME)).trim().split("\n");
  const list = page.locator("details dl > div");
  await expect(list).toHaveCount(lines.length);
  for (const line of lines) {
    const key = line.slice(0, line.indexOf("="));
    await expect(list.getByText(key, { exact: true })).toHaveCount(1);
  }
  await page.getByLabel("Filter properties").fill("leader");
  await expect(list.first()).toContainText(await leaderPid(NAME));
  await page.getByLabel("Filter properties").fill("no such property");
  await expect(page.getByText("No property fits the filter.")).toBeVisible();
  await expectAccessible(page);
});

test("a viewer sees no action; an operator none that touches the host", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await expect(badge(page, "Running")).toBeVisible();
  await expect(page.getByRole("button", { name: /Start|Power off|More actions/ })).toHaveCount(0);
  await signOut(context);
  await signInAs(context, "operator");
  await open(page);
  await menuOf(page).click();
  await expect(page.getByRole("menuitem", { name: "Run a command…" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: /Bind|Copy/ })).toHaveCount(0);
});

test("a command runs inside word by word, and its exit status is the real one", async ({ page, context }) => {
  await signInAs(context, "operator");
  await open(page);
  const dialog = await choose(page, "Run a command…");
  const command = dialog.getByLabel("Command", { exact: true });
  await expect(dialog.getByRole("button", { name: "Run" })).toBeDisabled();
  await command.fill("echo 'open");
  await expect(dialog.getByText("A quote is not closed.")).toBeVisible();
  await command.fill("printf '%s;' 'a b' $HOME");
  await expect(dialog.getByRole("list", { name: "Words the program gets" }).getByRole("listitem")).toHaveText([
    "printf",
    "%s;",
    "a b",
    "$HOME",
  ]);
  await expect(dialog.getByText("No shell reads this: $ reaches the program as it is.")).toBeVisible();
  await dialog.getByRole("button", { name: "Run" }).click();
  const output = dialog.getByRole("region", { name: "Standard output" });
  await expect(output).toHaveText("a b;$HOME;");
  await expect(dialog.getByText("exit status 0")).toBeVisible();
  await command.fill('echo "$HOME" | tr a-z A-Z; hostname >&2; exit 7');
  await dialog.getByRole("checkbox", { name: /Let a shell read it/ }).click();
  await dialog.getByRole("button", { name: "Run" }).click();
  await expect(dialog.getByText("exit status 7")).toBeVisible();
  await expect(output).toHaveText("/ROOT");
  await expect(dialog.getByRole("region", { name: "Standard error" })).toHaveText(NAME);
  await expect(dialog.getByText(/systemd-run --machine=page-one --wait --pipe/)).toBeVisible();
  await expectAccessible(page);
});

test("stopping a command ends it inside the machine; a wrong one says why", async ({ page, context, expected }) => {
  expected(/404|ERR_ABORTED/);
  const units = () =>
    hostCommand("/usr/bin/systemctl", "-M", NAME, "list-units", "--all", "--no-legend", "--plain", "machineroom-*");
  await signInAs(context, "operator");
  await open(page);
  const dialog = await choose(page, "Run a command…");
  await dialog.getByLabel("Command", { exact: true }).fill("sleep 1234");
  await dialog.getByRole("button", { name: "Run" }).click();
  await expect.poll(units).toContain("machineroom-exec-");
  await dialog.getByRole("button", { name: "Stop" }).click();
  await expect(dialog.getByRole("button", { name: "Run" })).toBeVisible();
  await expect.poll(units).toBe("");
  await dialog.getByLabel("Command", { exact: true }).fill("no-such-program");
  await dialog.getByRole("button", { name: "Run" }).click();
  await expect(dialog.getByRole("alert")).toContainText(/no-such-program could not be executed/);
  await page.keyboard.press("Escape");
  await expect(menuOf(page)).toBeFocused();
});

test("files are copied in and out, and replaced only when that is asked for", async ({ page, context, expected }) => {
  expected(/409|412/);
  await writeFile(`${FILES}/note`, "from the host");
  await signInAs(context, "admin");
  await open(page);
  let dialog = await choose(page, "Copy into the machine…");
  await dialog.getByLabel("Path on the host").fill("srv/relative");
  await dialog.getByRole("button", { name: "Copy", exact: true }).last().click();
  await expect(dialog.getByRole("alert")).toContainText("An absolute path is needed");
  await dialog.getByLabel("Path on the host").fill(`${FILES}/note`);
  await dialog.getByLabel("Path in the machine").fill("/root/note");
  await expect(dialog.getByText(`machinectl copy-to ${NAME} ${FILES}/note /root/note`)).toBeVisible();
  const submit = dialog.locator("button[type=submit]");
  await submit.click();
  await expect(dialog.getByText("Copied to /root/note.")).toBeVisible();
  await submit.click();
  await expect(dialog.getByRole("alert")).toContainText("/root/note exists.");
  await expectAccessible(page);
  await dialog.getByRole("checkbox", { name: "Replace what is there" }).click();
  await submit.click();
  await expect(dialog.getByText("Copied to /root/note.")).toBeVisible();
  await page.keyboard.press("Escape");
  dialog = await choose(page, "Copy out of the machine…");
  await dialog.getByLabel("Path in the machine").fill("/root/note");
  await dialog.getByLabel("Path on the host").fill(`${FILES}/back`);
  await dialog.locator("button[type=submit]").click();
  await expect(dialog.getByText(`Copied to ${FILES}/back.`)).toBeVisible();
  expect(await readFile(`${FILES}/back`, "utf8")).toBe("from the host");
});

test("a bind under user namespacing is refused, with the way out before and after", async ({
  page,
  context,
  expected,
}) => {
  expected(/412/);
  await signInAs(context, "admin");
  await open(page);
  const dialog = await choose(page, "Bind a path…");
  await expect(dialog.getByText("systemd will refuse this: the machine has user namespacing.")).toBeVisible();
  await dialog.getByLabel("Path on the host").fill(FILES);
  await dialog.getByRole("button", { name: "Bind", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("PrivateUsers=no");
  await expectAccessible(page);
});

test("a path is bound into a machine without user namespacing", async ({ page, context }) => {
  await placeMachine(OPEN);
  await writeFile(settingsOf(OPEN), "[Exec]\nPrivateUsers=no\n");
  await startMachine(OPEN);
  await signInAs(context, "admin");
  await open(page, OPEN);
  await expect(fact(page, "UID shift")).toHaveText("0 · no user namespace");
  const dialog = await choose(page, "Bind a path…", OPEN);
  await dialog.getByLabel("Path on the host").fill(FILES);
  await dialog.getByLabel("Path in the machine").fill("/mnt/seen");
  await dialog.getByRole("checkbox", { name: "Read-only" }).click();
  await dialog.getByRole("checkbox", { name: "Create the destination" }).click();
  await expect(dialog.getByText(`machinectl bind --read-only --mkdir ${OPEN} ${FILES} /mnt/seen`)).toBeVisible();
  await dialog.getByRole("button", { name: "Bind", exact: true }).click();
  await expect(dialog.getByText("It is at /mnt/seen in the machine now.")).toBeVisible();
  const inside = ["-M", OPEN, "--wait", "--pipe", "--quiet", "cat", "/mnt/seen/note"];
  expect(await hostCommand("/usr/bin/systemd-run", ...inside)).toBe("from the host");
  await hostCommand("/usr/bin/machinectl", "poweroff", OPEN);
});

test("enabling at boot is what systemctl says", async ({ page, context }) => {
  const isEnabled = () =>
    hostCommand("/usr/bin/systemctl", "is-enabled", `systemd-nspawn@${NAME}.service`).catch(
      (error: { stdout?: string }) => String(error.stdout),
    );
  await signInAs(context, "operator");
  await open(page);
  for (const [item, shown, said] of [
    ["Enable at boot", "starts with the host", "enabled"],
    ["Disable at boot", "not started", "disabled"],
  ] as const) {
    await menuOf(page).click();
    await page.getByRole("menuitem", { name: item }).click();
    await expect(fact(page, "At boot")).toHaveText(shown);
    expect((await isEnabled()).trim()).toBe(said);
  }
});

test("the latest warnings of its journal stand on the overview as they come, and lead to them", async ({
  page,
  context,
}) => {
  await signInAs(context, "viewer");
  await open(page);
  await expect(page.getByRole("heading", { name: "Latest warnings" })).toBeVisible();
  const warn = ["/usr/bin/systemd-cat", "-p", "warning", "-t", "probe", "/bin/echo", "the disk is nearly full"];
  await hostCommand("/usr/bin/systemd-run", "--quiet", "--wait", "-M", NAME, ...warn);
  const warnings = page.getByRole("region", { name: "Latest warnings" });
  await expect(warnings.getByRole("listitem").last()).toContainText("probe: the disk is nearly full");
  await expectAccessible(page);
  await page.getByRole("link", { name: "In the journal" }).click();
  await expect(page.getByRole("tab", { name: "Journal", selected: true })).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Priority" })).toContainText("warning");
  await expect(page.getByText("the disk is nearly full")).toBeVisible();
});

test("it is rebooted, signalled, powered off and terminated from its page", async ({ page, context }) => {
  await signInAs(context, "operator");
  await open(page);
  const before = await leaderPid(NAME);
  await menuOf(page).click();
  await page.getByRole("menuitem", { name: "Reboot" }).click();
  await expect.poll(() => leaderPid(NAME).catch(() => before), { timeout: 30_000 }).not.toBe(before);
  await waitForBoot(NAME);
  await expect(fact(page, "Leader")).toHaveText(`${await leaderPid(NAME)} · systemd`);

  const dialog = await choose(page, "Send a signal…");
  await dialog.getByRole("combobox", { name: "Signal" }).click();
  await page.getByRole("option", { name: "SIGRTMIN+4 · to the leader: power off" }).click();
  await dialog.getByRole("radio", { name: /Leader only/ }).check();
  await expect(dialog.getByText(`machinectl kill --kill-whom=leader --signal=SIGRTMIN+4 ${NAME}`)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Send" }).click();
  await expect(dialog.getByText("SIGRTMIN+4 was sent.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(badge(page, "Stopped")).toBeVisible({ timeout: 30_000 });
  await expect.poll(machinectlStates).not.toContain(NAME);

  await startMachine(NAME);
  await page.getByRole("button", { name: "Power off", exact: true }).click();
  await expect(badge(page, "Stopped")).toBeVisible({ timeout: 30_000 });
  await expect.poll(machinectlStates).not.toContain(NAME);

  await startMachine(NAME);
  await menuOf(page).click();
  await page.getByRole("menuitem", { name: "Terminate…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Terminate" }).click();
  await expect(badge(page, "Stopped")).toBeVisible({ timeout: 30_000 });
});

test("a machine that does not start says why, until it starts", async ({ page, context }) => {
  await placeMachine(BROKEN);
  await writeFile(settingsOf(BROKEN), "[Resource]\nMemoryMax=1G\n[Files]\nBind=/srv/is-not-there\n");
  await signInAs(context, "operator");
  await open(page, BROKEN);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const why = page.getByRole("region", { name: `Why did ${BROKEN} fail?` });
  await expect(why).toContainText("/srv/is-not-there is to be bound into the machine, and it does not exist");
  await expect(why).toContainText("Create it, or remove the Bind= line");
  await expect(why).toContainText("Unknown section 'Resource'");
  await expect(why.getByText(`systemd-nspawn@${BROKEN}.service`, { exact: true })).toBeVisible();
  await expect(why).toContainText("exit-code · exit status 1");
  await expect(why.getByRole("listitem").filter({ hasText: "Failed to stat /srv/is-not-there" })).toBeVisible();
  await expectAccessible(page);
  await context.addCookies([{ name: "locale", value: "zh-CN", url: BASE_URL }]);
  await page.reload();
  await expect(page.getByRole("heading", { name: `${BROKEN} 为什么失败？` })).toBeVisible();
  await context.addCookies([{ name: "locale", value: "en", url: BASE_URL }]);
  await page.reload();
  await rm(settingsOf(BROKEN));
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await expect(badge(page, "Running")).toBeVisible();
  await expect(why).toHaveCount(0);
  await waitForBoot(BROKEN);
  await hostCommand("/usr/bin/machinectl", "poweroff", BROKEN);
  await expect(badge(page, "Stopped")).toBeVisible({ timeout: 30_000 });
  await expect(why).toHaveCount(0);
});

test("two browsers follow what machinectl does in a shell, to the machine's end", async ({
  page,
  context,
  browser,
  problems,
}) => {
  await signInAs(context, "operator");
  const other = await browser.newContext();
  await signInAs(other, "viewer");
  const otherPage = await newPage(other, problems);
  await placeMachine(GONE);
  const pages = [page, otherPage];
  for (const one of pages) {
    await one.goto(`${BASE_URL}/machines/${GONE}`);
    await expect(badge(one, "Stopped")).toBeVisible();
  }
  await startMachine(GONE);
  const pid = await leaderPid(GONE);
  for (const one of pages) await expect(fact(one, "Leader")).toHaveText(`${pid} · systemd`);
  await hostCommand("/usr/bin/machinectl", "terminate", GONE);
  for (const one of pages) await expect(badge(one, "Stopped")).toBeVisible({ timeout: 30_000 });
  await hostCommand("/usr/bin/machinectl", "remove", GONE);
  for (const one of pages) await expect(one.getByText(`${GONE} is gone`)).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText(`There is no machine named ${GONE}`)).toBeVisible();
  await other.close();
});

test("without the api it says so and offers nothing, and comes back by itself", async ({ page, context, expected }) => {
  expected(/WebSocket|50[0-9]|ERR_/);
  await signInAs(context, "operator");
  await open(page);
  await expect(fact(page, "Root directory")).toHaveText(`/var/lib/machines/${NAME}`);
  await hostCommand("/usr/bin/systemctl", "stop", "machineroom-api.service");
  try {
    await expect(page.getByText("Not connected to the host.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Start", exact: true })).toHaveAttribute("aria-disabled", "true");
    await expect(fact(page, "Root directory")).toHaveText(`/var/lib/machines/${NAME}`);
    await expectAccessible(page);
  } finally {
    await hostCommand("/usr/bin/systemctl", "start", "machineroom-api.service");
  }
  await expect(page.getByText("Not connected to the host.")).toHaveCount(0, { timeout: 30_000 });
  await expect(page.getByRole("button", { name: "Start", exact: true })).toHaveAttribute("aria-disabled", "false");
});

test("it is clean to axe in the dark and on a small screen, where nothing scrolls sideways", async ({
  page,
  context,
}) => {
  await startMachine(NAME);
  await signInAs(context, "admin");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 360, height: 740 });
  const expectNoSidewaysScroll = async () =>
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await open(page);
  await expect(fact(page, "Interfaces")).toContainText("ve-");
  await expectNoSidewaysScroll();
  await expectAccessible(page);
  for (const item of ["Run a command…", "Send a signal…", "Bind a path…", "Copy out of the machine…"]) {
    const dialog = await choose(page, item);
    await expect(dialog).toBeInViewport({ ratio: 0.99 });
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  }
});
