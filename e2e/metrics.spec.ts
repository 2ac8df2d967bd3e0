import { existsSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { z } from "zod";

import { signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { recordMetrics } from "./fixtures/database";
import { bootMachine, hostCommand, machineSince, removeMachine, waitForBoot } from "./fixtures/host";
import { expectToFit, openOnPhone } from "./fixtures/phone";
import { BASE_URL, expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const BUSY = "metrics-busy";
const QUIET = "metrics-quiet";
/** Busy and idle by turns: what it uses is never the same for long. */
const WORK =
  "[Service]\nExecStart=/bin/sh -c 'while :; do i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; sleep 0.3; done'\n";
/** The history's finest step. */
const STEP_TIMEOUT_MS = 60_000;

const rowOf = (page: Page, name: string): Locator => page.getByRole("row").filter({ hasText: name });
const resources = (page: Page): Locator => page.getByRole("region", { name: "Resources" });
const card = (page: Page, title: string): Locator => page.getByRole("region", { name: title, exact: true });
const chart = (page: Page, title: string): Locator => page.getByRole("slider", { name: `${title} over time` });

async function openOverview(page: Page, query = ""): Promise<void> {
  await page.goto(`${BASE_URL}/machines/${BUSY}${query}`);
  await expect(resources(page)).toBeVisible();
}

/** Waits until the text has been seen to change. */
async function expectToMove(text: () => Promise<string | null>): Promise<void> {
  const seen = new Set<string | null>();
  await expect.poll(async () => seen.add(await text()).size, { intervals: [300] }).toBeGreaterThan(2);
}

/** Whether this host keeps such a file of the machine's control group: of version 2, beside which version 1 may have taken the controller. */
function isAccounted(machine: string, file: string): boolean {
  return ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].some((root) =>
    existsSync(`${root}/machine.slice/systemd-nspawn@${machine}.service/${file}`),
  );
}

const messagesSchema = z.array(
  z.object({ id: z.number(), method: z.string(), params: z.object({ path: z.string() }).optional() }),
);

/** Of what a page has sent over its WebSocket: its subscriptions to metrics, and which of them it has ended. */
function subscriptionsIn(sent: readonly string[]): { asked: number; ended: number } {
  const messages = sent.flatMap((text) => messagesSchema.parse([JSON.parse(text)].flat()));
  const asked = new Set(messages.filter(({ params }) => params?.path === "metrics.watch").map(({ id }) => id));
  const ended = new Set(messages.filter(({ method }) => method === "subscription.stop").map(({ id }) => id));
  return { asked: asked.size, ended: [...asked].filter((id) => ended.has(id)).length };
}

test.beforeAll(async () => {
  await bootMachine(BUSY, { "busy.service": WORK });
  await bootMachine(QUIET);
});

test.afterAll(async () => {
  await Promise.all([BUSY, QUIET].map(removeMachine));
});

test("the list tells what running machines use, in place, and can be sorted by it", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await page.goto("/machines?q=metrics");
  const busy = rowOf(page, BUSY);
  await expect(busy).toContainText(/\d%/);
  await expect(rowOf(page, QUIET)).toContainText(/\d%/);
  // On a host that does not account memory the page says so, and not 0.
  const memoryIsAccounted = isAccounted(BUSY, "memory.current");
  await expect(busy).toContainText(memoryIsAccounted ? /\d MiB/ : "Not available");
  if (memoryIsAccounted) await expect(busy).not.toContainText("Not available");
  const element = await busy.elementHandle();
  await expectToMove(async () => /[\d.]+%/.exec((await busy.textContent()) ?? "")?.[0] ?? null);
  expect(await element?.evaluate((row) => row.isConnected)).toBe(true);
  await expectAccessible(page);
  await page.getByRole("button", { name: "CPU" }).click();
  await expect(page.getByRole("columnheader", { name: "CPU" })).toHaveAttribute("aria-sort", "ascending");
  await expect(page.getByRole("row").nth(1)).toContainText(QUIET);
  await page.getByRole("button", { name: "CPU" }).click();
  await expect(page.getByRole("row").nth(1)).toContainText(BUSY);
  await expect(page).toHaveURL(/sort=-cpu/);
});

test("Overview follows a busy machine live; any moment is told exactly, by pointer and by keys", async ({
  page,
  context,
}) => {
  await signInAs(context, "viewer");
  await openOverview(page);
  await expect(card(page, "CPU")).toContainText(/\d%/);
  await expectToMove(() => chart(page, "CPU").getAttribute("aria-valuetext"));
  await expect(card(page, "Tasks")).toContainText(/\d/);
  await expect(card(page, "Network")).toContainText(/received.*sent/);
  // What this host does not account is told with the reason and what would bring it.
  for (const [title, file] of [
    ["Memory", "memory.current"],
    ["Disk", "io.stat"],
  ] as const) {
    const accounted = isAccounted(BUSY, file);
    await expect(card(page, title)).toContainText(
      accounted ? /\d (B|[KMG]iB)/ : /Not available.*(unified_cgroup_hierarchy|Accounting)/,
    );
    if (accounted) await expect(card(page, title)).not.toContainText("Not available");
  }
  const since = await machineSince(BUSY);
  await expect(page.getByText("Running since").locator("..").locator("time")).toHaveAttribute("datetime", since);
  const badge = page
    .getByRole("main")
    .getByText(/^Running\s*\d/)
    .first();
  // What the badge counts has gone on as long as machined says.
  await expect(async () => {
    const sec = (Date.now() - Date.parse(since)) / 1000;
    const text = (await badge.textContent()) ?? "";
    const [minutes, seconds] = [/(\d+)\s*m/, /(\d+)\s*s/].map((pattern) => Number(pattern.exec(text)?.[1] ?? 0));
    expect(Math.abs((minutes ?? 0) * 60 + (seconds ?? 0) - sec)).toBeLessThan(5);
  }).toPass();
  await expectAccessible(page);
  await expect.poll(async () => Number(await chart(page, "CPU").getAttribute("aria-valuemax"))).toBeGreaterThan(3);
  await chart(page, "CPU").focus();
  await page.keyboard.press("Home");
  await expect(chart(page, "CPU")).toHaveAttribute("aria-valuenow", "0");
  const first = await chart(page, "CPU").getAttribute("aria-valuetext");
  expect(first).toMatch(/\d\d:\d\d:\d\d: /);
  // The same moment in every card.
  const moment = first?.slice(0, 8) ?? "";
  await expect(card(page, "Tasks")).toContainText(moment);
  await page.keyboard.press("ArrowRight");
  await expect(chart(page, "CPU")).toHaveAttribute("aria-valuenow", "1");
  await page.keyboard.press("Escape");
  await expect(card(page, "Tasks")).not.toContainText(moment);
  await chart(page, "CPU").hover();
  await expect(chart(page, "CPU")).toHaveAttribute("aria-valuetext", /\d%/);
});

test("a page nobody can see asks for nothing", async ({ page, context }) => {
  const sent: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      // Not the questions whether anybody is there.
      if (/^[[{]/.test(String(payload))) sent.push(String(payload));
    }),
  );
  await signInAs(context, "viewer");
  await openOverview(page);
  await expect(card(page, "CPU")).toContainText(/\d%/);
  const { asked } = subscriptionsIn(sent);
  expect(asked).toBeGreaterThan(0);
  const show = (visibilityState: string) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, visibilityState);
  await show("hidden");
  await expect.poll(() => subscriptionsIn(sent)).toEqual({ asked, ended: asked });
  await show("visible");
  await expect.poll(() => subscriptionsIn(sent)).toEqual({ asked: asked + 1, ended: asked });
  await expectToMove(() => chart(page, "CPU").getAttribute("aria-valuetext"));
});

test("its history is kept, by the hour, the day and the week, also while it is stopped", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await openOverview(page);
  await resources(page).getByRole("button", { name: "1 hour" }).click();
  await expect(page).toHaveURL(/range=1h/);
  await expect(chart(page, "CPU")).toHaveAttribute("aria-valuetext", /\d%/, { timeout: STEP_TIMEOUT_MS });
  await page.reload();
  await expect(resources(page).getByRole("button", { name: "1 hour" })).toHaveAttribute("aria-pressed", "true");
  await expect(card(page, "CPU")).toContainText(/peak \d+/);
  await resources(page).getByRole("button", { name: "7 days" }).click();
  await expect(chart(page, "CPU")).toBeVisible();
  await expectAccessible(page);
  await page.goto("about:blank");
  await openOverview(page);
  await expect(card(page, "CPU")).toContainText(/\d%/);
  await hostCommand("/usr/bin/machinectl", "poweroff", BUSY);
  await expect(resources(page)).toContainText(`${BUSY} does not run`);
  await resources(page).getByRole("button", { name: "1 hour" }).click();
  await expect(card(page, "CPU")).toContainText(/peak \d+/);
  await resources(page).getByRole("button", { name: "Live" }).click();
  await hostCommand("/usr/bin/machinectl", "start", BUSY);
  await expect(card(page, "CPU")).toContainText(/\d%/);
  await waitForBoot(BUSY);
});

test("a day and a week are drawn from what was kept, each with its peak", async ({ page, context }) => {
  await recordMetrics(QUIET, { cpuPercent: 12, peakPercent: 387 });
  await signInAs(context, "viewer");
  await page.goto(`${BASE_URL}/machines/${QUIET}`);
  for (const { name, stepMin, hours } of [
    { name: "24 hours", stepMin: 2, hours: 23 },
    { name: "7 days", stepMin: 15, hours: 167 },
  ]) {
    await resources(page).getByRole("button", { name }).click();
    const points = (hours * 60) / stepMin;
    const last = async () => Number(await chart(page, "CPU").getAttribute("aria-valuemax"));
    await expect.poll(async () => Math.abs((await last()) - points), { message: name }).toBeLessThan(60 / stepMin);
    await expect(card(page, "CPU")).toContainText("peak 387% of one core");
    await chart(page, "CPU").focus();
    await page.keyboard.press("Home");
    // The time of a day or of a week has its date.
    await expect(chart(page, "CPU")).toHaveAttribute("aria-valuetext", /\d{4}.*: 12%$/);
    const line = chart(page, "CPU").locator("path.stroke-accent");
    const [box, frame] = [await line.boundingBox(), await chart(page, "CPU").boundingBox()];
    // All of the span but the last hour, and up to its peak.
    expect((box?.width ?? 0) / (frame?.width ?? 1)).toBeGreaterThan(0.9);
    expect((box?.height ?? 0) / (frame?.height ?? 1)).toBeGreaterThan(0.5);
  }
});

test("it is clean to axe in the dark on a phone, in Chinese, and does not scroll sideways", async ({
  page,
  context,
}) => {
  await signInAs(context, "operator");
  await openOnPhone(page, `/machines/${BUSY}`);
  await expect(page.getByRole("region", { name: "CPU", exact: true })).toContainText(/\d%/);
  await expectToFit(page);
  await page.getByRole("button", { name: "24 小时" }).click();
  await expect(page.getByRole("slider", { name: "CPU随时间的变化" })).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${BASE_URL}/machines`);
  await expect(rowOf(page, BUSY)).toBeVisible();
  await expectToFit(page);
});
