import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";

import { formatTimespan } from "@/lib/boot-timespan";
import { signInAs } from "./fixtures/accounts";
import { addUnit, hostCommand, placeMachine, removeMachine, waitForBoot } from "./fixtures/host";
import { BASE_URL, expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "timeline-one";
/** Started again it takes another time, which no two equal roundings can hide. */
const SLOW =
  "[Unit]\nDescription=Slow\n[Service]\nType=oneshot\nRemainAfterExit=yes\n" +
  "ExecStart=/bin/sh -c 'test -e /run/again && exec sleep 1; touch /run/again; exec sleep 2'\n";
/** Pixels are told in fractions, and drawn a little apart from the time they stand for. */
const NEAR_PX = 2;
const USEC: Record<string, number> = { us: 1, ms: 1000, s: 1_000_000 };

const plot = (page: Page): Locator => page.getByRole("listbox", { name: "Units by when they started" });
const row = (page: Page, unit: string): Locator => page.getByRole("option", { name: `${unit}:` });
const filter = (page: Page): Locator => page.getByRole("searchbox", { name: "Filter units" });
const times = (page: Page): Locator => page.getByTestId("unit-times");
/** The times above the rows. */
const axis = (page: Page): Locator => plot(page).locator("xpath=preceding-sibling::*[1]");

async function open(page: Page, query = ""): Promise<void> {
  await page.goto(`${BASE_URL}/machines/${NAME}${query}#boot`);
  await expect(page.getByRole("tab", { name: "Timeline" })).toBeVisible();
}

/** Where the slow unit's start is drawn, in the plot's own pixels. */
async function slowBar(page: Page): Promise<{ x: number; width: number }> {
  const bar = row(page, "slow.service").locator('[data-phase="activating"]');
  return bar.evaluate((one) => ({ x: Number(one.getAttribute("x")), width: Number(one.getAttribute("width")) }));
}

/** Where something of the plot's own pixels is on the page now: what is above it may still come. */
async function pointOf(page: Page, x: number): Promise<[x: number, y: number]> {
  const box = await plot(page).boundingBox();
  if (!box) throw new Error("the plot is not on screen");
  return [box.x + x, box.y + box.height / 2];
}

interface Tick {
  usec: number;
  x: number;
}

/** The times of the axis, and where they stand. */
async function ticksOf(page: Page): Promise<Tick[]> {
  const texts = await axis(page)
    .locator("text")
    .evaluateAll((all) => all.map((one) => ({ text: one.textContent ?? "", x: Number(one.getAttribute("x")) })));
  return texts.flatMap(({ text, x }) => {
    const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(us|ms|s)$/.exec(text) ?? [];
    if (number !== undefined) return [{ usec: Number(number) * (USEC[unit] ?? Number.NaN), x }];
    return text === "0" ? [{ usec: 0, x }] : [];
  });
}

function endsOf(ticks: readonly Tick[]): { first: Tick; last: Tick } {
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (!first || !last || first === last) throw new Error(`too few ticks: ${JSON.stringify(ticks)}`);
  return { first, last };
}

/** From when to when the plot shows, in µs, between two places of it. */
async function seen(page: Page): Promise<{ from: number; to: number }> {
  const { first, last } = endsOf(await ticksOf(page));
  const usecAt = (x: number) => first.usec + ((x - first.x) / (last.x - first.x)) * (last.usec - first.usec);
  return { from: Math.round(usecAt(300)), to: Math.round(usecAt(900)) };
}

const spanOf = ({ from, to }: { from: number; to: number }) => to - from;

/** A time of PID 1 or of a unit of the machine, in µs. */
async function stamp(property: string, unit?: string): Promise<number> {
  const argv = ["-M", NAME, "show", "--value", "-p", property, ...(unit ? [unit] : [])];
  return Number(await hostCommand("/usr/bin/systemctl", ...argv));
}

const sinceUserspace = async (property: string, unit: string): Promise<number> =>
  (await stamp(property, unit)) - (await stamp("UserspaceTimestampMonotonic"));

test.beforeAll(async () => {
  await placeMachine(NAME);
  await addUnit(NAME, "slow.service", SLOW);
  await hostCommand("/usr/bin/machinectl", "start", NAME);
  await waitForBoot(NAME);
  const jobs = () => hostCommand("/usr/bin/systemctl", "-M", NAME, "list-jobs");
  await expect.poll(jobs).toContain("No jobs");
});

test.afterAll(() => removeMachine(NAME));

test("Ctrl and the wheel zoom at the pointer, dragging moves and selects nothing", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await filter(page).fill("slow.service");
  await expect(plot(page).getByRole("option")).toHaveCount(1);
  const whole = await slowBar(page);
  await page.mouse.move(...(await pointOf(page, whole.x)));
  await page.mouse.wheel(0, -200);
  expect(await slowBar(page)).toEqual(whole);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -200);
  await page.keyboard.up("Control");
  await expect
    .poll(async () => (await slowBar(page)).x + (await slowBar(page)).width)
    .toBeGreaterThan(whole.x + whole.width);
  const zoomed = await slowBar(page);
  // What the pointer was on stays below it.
  expect(Math.abs(zoomed.x - whole.x)).toBeLessThan(NEAR_PX);

  const [from, middle] = await pointOf(page, whole.x + 60);
  await page.mouse.move(from, middle);
  await page.mouse.down();
  await page.mouse.move(from + 20, middle);
  await page.mouse.move(from + 40, middle);
  await page.mouse.up();
  await expect.poll(async () => Math.abs((await slowBar(page)).x - zoomed.x - 40)).toBeLessThan(NEAR_PX);
  await expect(plot(page).getByRole("option", { selected: true })).toHaveCount(0);
  await page.mouse.click(...(await pointOf(page, whole.x + 60)));
  await expect(plot(page).getByRole("option", { selected: true })).toHaveCount(1);
});

test("the keyboard goes from unit to unit, moves, zooms and shows all again", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  const selected = plot(page).getByRole("option", { selected: true });
  await plot(page).focus();
  await page.keyboard.press("Home");
  await expect(selected).toHaveAttribute("aria-posinset", "1");
  await page.keyboard.press("PageDown");
  await expect(selected).toHaveAttribute("aria-posinset", "11");
  await page.keyboard.press("ArrowUp");
  await expect(selected).toHaveAttribute("aria-posinset", "10");
  await expect(times(page)).toContainText((await selected.getAttribute("aria-label"))?.split(":")[0] ?? "nothing");
  await page.keyboard.press("Escape");
  await expect(selected).toHaveCount(0);

  const whole = await seen(page);
  await page.keyboard.press("+");
  await expect.poll(async () => spanOf(await seen(page))).toBeLessThan(spanOf(whole) * 0.9);
  const zoomed = await seen(page);
  expect(zoomed.from).toBeGreaterThan(whole.from);
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await seen(page)).from).toBeGreaterThan(zoomed.from + spanOf(zoomed) * 0.05);
  const moved = await seen(page);
  expect(spanOf(moved) / spanOf(zoomed)).toBeCloseTo(1, 2);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(async () => Math.abs((await seen(page)).from - zoomed.from)).toBeLessThan(spanOf(zoomed) * 0.01);
  await page.keyboard.press("-");
  await expect.poll(async () => spanOf(await seen(page))).toBeGreaterThan(spanOf(zoomed) * 1.1);
  await page.keyboard.press("+");
  await page.keyboard.press("0");
  await expect.poll(() => seen(page)).toEqual(whole);
});

test("ticks, the targets' markers and a unit's times are those of systemctl show", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await expect(plot(page)).toBeVisible();
  const ticks = await ticksOf(page);
  const { first, last } = endsOf(ticks);
  expect(ticks.length).toBeGreaterThan(2);
  const xOf = (usec: number) => first.x + ((usec - first.usec) / (last.usec - first.usec)) * (last.x - first.x);
  for (const { usec, x } of ticks) expect(Math.abs(xOf(usec) - x), String(usec)).toBeLessThan(NEAR_PX);
  const markers = await plot(page)
    .locator("line[stroke-dasharray]")
    .evaluateAll((all) => all.map((one) => Number(one.getAttribute("x1"))));
  for (const target of ["basic.target", "multi-user.target", "graphical.target"]) {
    const expected = xOf(await sinceUserspace("ActiveEnterTimestampMonotonic", target));
    const nearest = Math.min(...markers.map((x) => Math.abs(x - expected)));
    expect(nearest, target).toBeLessThan(NEAR_PX);
  }
  await expect(axis(page)).toContainText("graphical.target");

  const began = await sinceUserspace("InactiveExitTimestampMonotonic", "slow.service");
  const became = await sinceUserspace("ActiveEnterTimestampMonotonic", "slow.service");
  // Of many rows only those near the screen exist.
  await filter(page).fill("slow.service");
  await expect(plot(page).getByRole("option")).toHaveCount(1);
  const { x, width } = await slowBar(page);
  expect(Math.abs(x - xOf(began))).toBeLessThan(NEAR_PX);
  expect(Math.abs(x + width - xOf(became))).toBeLessThan(NEAR_PX);
  await row(page, "slow.service").hover();
  await expect(times(page)).toContainText(`starting @${formatTimespan(began, 1)}`);
  await expect(times(page)).toContainText(`active @${formatTimespan(became, 1)}`);
  await expect(times(page)).toContainText(`start took ${formatTimespan(became - began, 1)}`);
});

test("an exported picture shows the plot", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await expect(plot(page)).toBeVisible();
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "PNG" }).click();
  const file = await readFile(await (await download).path());
  const seen = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0);
    const { data } = context?.getImageData(0, 0, image.width, image.height) ?? { data: [] };
    const counts: Record<string, number> = {};
    for (let at = 0; at < data.length; at += 4) {
      const colour = `${data[at]} ${data[at + 1]} ${data[at + 2]}`;
      counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return { width: image.width, height: image.height, counts };
  }, file.toString("base64"));
  expect(seen.width).toBe(2400);
  expect(seen.height).toBeGreaterThan(1000);
  const white = seen.counts["255 255 255"] ?? 0;
  expect(white).toBeLessThan(seen.width * seen.height * 0.99);
  // The slow unit is on the critical chain; others start, and are active.
  for (const colour of ["182 47 38", "196 138 18", "180 215 213"])
    expect(seen.counts[colour] ?? 0, colour).toBeGreaterThan(200);
});

test("a page that was cut off for a moment keeps what it showed, and reads it again", async ({ page, context }) => {
  let finished = 0;
  let cut: () => Promise<void> = async () => {};
  await page.routeWebSocket(/\/api\/trpc/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (String(message).includes('"finished"')) finished += 1;
      socket.send(message);
    });
    cut = async () => {
      await server.close();
      await socket.close();
    };
  });
  let reads = 0;
  page.on("request", (request) => {
    if (request.url().includes("boot.timeline")) reads += 1;
  });
  await signInAs(context, "viewer");
  await open(page);
  await filter(page).fill("slow.service");
  await page.getByRole("button", { name: "Zoom in" }).click();
  await row(page, "slow.service").click();
  const before = await slowBar(page);
  await plot(page).evaluate((element) => element.setAttribute("data-kept", "yes"));
  const [told, read] = [finished, reads];
  await cut();
  await expect.poll(() => finished).toBeGreaterThan(told);
  await expect.poll(() => reads).toBeGreaterThan(read);
  await expect(plot(page)).toHaveAttribute("data-kept", "yes");
  await expect(filter(page)).toHaveValue("slow.service");
  await expect(plot(page).getByRole("option", { selected: true })).toHaveCount(1);
  expect(await slowBar(page)).toEqual(before);
});

test("blame follows a unit that is started again, on the open page", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page, "?view=blame");
  const slow = page.getByRole("table", { name: "Blame" }).locator("tbody tr").filter({ hasText: "slow.service" });
  await expect(slow).toBeVisible();
  const time = slow.locator("td").first();
  await expect(time).toHaveText(/^2\.\d+s$/);
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "restart", "slow.service");
  const blame = await hostCommand("/usr/bin/systemd-analyze", "--no-pager", "-M", NAME, "blame");
  const again = /(\S+) slow\.service/.exec(blame)?.[1];
  expect(again).toMatch(/^1\.\d+s$/);
  await expect(time).toHaveText(again ?? "");
});
