import type { Page } from "@playwright/test";
import { z } from "zod";

import { signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { placeMachine, removeMachine, startMachine } from "./fixtures/host";
import { JournalTab } from "./fixtures/journal";
import { cookieOf, listen, openSocket } from "./fixtures/raw";
import { BASE_URL, expect, newPage, test } from "./fixtures/test";

const NAME = "watches-one";
const TOLD = { code: "UNAVAILABLE", message: "The disk of the host is full.", hint: "Make room on it." };

const frameSchema = z.object({
  id: z.number(),
  params: z.object({ path: z.string() }).optional(),
  result: z.object({ type: z.string() }).optional(),
});

/** The calls or answers of a frame; signs of life are none. */
function framesOf(message: string | Buffer): z.infer<typeof frameSchema>[] {
  const text = String(message);
  if (!/^[[{]/.test(text)) return [];
  const frames: unknown[] = [JSON.parse(text)].flat();
  return frames.flatMap((frame) => frameSchema.safeParse(frame).data ?? []);
}

/** Lets every subscription of that path fail once it runs, as the api tells it, until the returned function is called. */
async function failOf(page: Page, path: string): Promise<() => void> {
  let failing = true;
  await page.routeWebSocket(/\/api\/trpc/, (socket) => {
    const server = socket.connectToServer();
    const ids = new Set<number>();
    socket.onMessage((message) => {
      for (const { id, params } of framesOf(message)) if (failing && params?.path === path) ids.add(id);
      server.send(message);
    });
    server.onMessage((message) => {
      socket.send(message);
      for (const { id, result } of framesOf(message)) {
        if (result?.type !== "started" || !ids.delete(id)) continue;
        const data = { code: "SERVICE_UNAVAILABLE", httpStatus: 503, path, app: TOLD };
        socket.send(JSON.stringify({ id, error: { message: TOLD.message, code: -32603, data } }));
      }
    });
  });
  return () => {
    failing = false;
  };
}

/** Follows so many journals, each by a filter of its own, until the returned function is called. */
async function followMany(count: number, cookie: string): Promise<() => void> {
  const socket = await openSocket("/api/trpc", { cookie, origin: BASE_URL });
  if (typeof socket === "number") throw new Error(`answered ${socket}`);
  socket.on("message", (data) => String(data) === "PING" && socket.send("PONG"));
  const calls = Array.from({ length: count }, (_, id) => ({
    id,
    method: "subscription",
    params: { path: "journal.follow", input: { name: NAME, grep: `word ${id} of many` } },
  }));
  socket.send(JSON.stringify(calls));
  await listen(socket, (texts) => texts.filter((text) => text.includes('"state":"following"')).length === count);
  return () => socket.terminate();
}

test.beforeAll(async () => {
  await placeMachine(NAME);
  await startMachine(NAME);
});
test.afterAll(() => removeMachine(NAME));

test.describe("a page whose subscription fails says why, and goes on by a button:", () => {
  for (const { path, address } of [
    { path: "machines.watch", address: "/machines" },
    { path: "metrics.watch", address: "/machines" },
    { path: "metrics.watch", address: `/machines/${NAME}` },
    { path: "units.watch", address: `/machines/${NAME}#units` },
    { path: "cgroups.watch", address: `/machines/${NAME}#processes` },
    { path: "journal.follow", address: `/machines/${NAME}#journal` },
    { path: "boot.watch", address: `/machines/${NAME}#boot` },
    { path: "boot.historyWatch", address: `/machines/${NAME}?view=history#boot` },
    { path: "terminals.watch", address: `/machines/${NAME}#terminal` },
    { path: "terminals.watch", address: "/terminals" },
    { path: "recordings.watch", address: "/terminals" },
    { path: "builds.watch", address: "/builds" },
    { path: "audit.watch", address: "/activity" },
  ]) {
    test(`${path} on ${address}`, async ({ page, context }) => {
      await signInAs(context, "admin");
      const heal = await failOf(page, path);
      await page.goto(address);
      const told = page.getByRole("main").getByRole("alert").filter({ hasText: TOLD.message });
      await expect(told).toContainText(TOLD.hint);
      await expectAccessible(page);
      heal();
      await told.getByRole("button", { name: "Try again" }).click();
      await expect(told).toHaveCount(0);
    });
  }
});

test("who follows too many journals at once is told so, and can again afterwards", async ({
  page,
  context,
  problems,
}) => {
  await signInAs(context, "viewer");
  const release = await followMany(7, await cookieOf(context));
  const tab = new JournalTab(page, NAME);
  await tab.open();
  // Another filter is another journal, and takes the place of the one before.
  for (const word of ["Started", "Reached target", "Journal started"]) {
    await page.getByRole("searchbox", { name: "Search the lines" }).fill(word);
    await expect(tab.line(word).first()).toBeVisible();
    await expect(tab.lines.getByRole("option").filter({ hasNotText: word })).toHaveCount(0);
    await expect(page.getByText("Live", { exact: true }).last()).toBeVisible();
  }
  const ninth = await newPage(context, problems);
  await ninth.goto(`/machines/${NAME}#journal`);
  await expect(ninth.getByText("You are following as many journals as one person may at once")).toBeVisible();
  await expect(ninth.getByText("Close a page that shows another journal, then try again.")).toBeVisible();
  await expectAccessible(ninth);
  await context.addCookies([{ name: "locale", value: "zh-CN", url: BASE_URL }]);
  await ninth.reload();
  await expect(ninth.getByText("您正在跟踪的日志已达到每人同时跟踪的上限")).toBeVisible();
  await page.close();
  await expect(async () => {
    await ninth.getByRole("button", { name: "重试" }).click({ timeout: 1000 });
    await expect(ninth.getByRole("listbox", { name: "日志" })).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 20_000 });
  release();
});
