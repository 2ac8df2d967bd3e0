import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { connectHostSystem, type HostSystem } from "./host-system";
import type { TransferRef, TransferSignal } from "./importd";

const NAME = "pulled";
const signals: TransferSignal[] = [];
let system: HostSystem;
let server: Server;
let address: string;
let directory: string;
let unfollow: () => void;

/** What became of a transfer, once it has ended. */
function resultOf({ id, path }: TransferRef): Promise<string> {
  return vi.waitFor(
    () => {
      const end = signals.find((signal) => signal.type === "removed" && signal.id === id && signal.path === path);
      if (end?.type !== "removed") throw new Error("it goes on");
      return end.result;
    },
    { timeout: 30_000, interval: 20 },
  );
}

const linesOf = ({ path }: TransferRef): string[] =>
  signals.flatMap((signal) => (signal.type === "log" && signal.path === path ? [signal.message] : []));

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "importd-"));
  mkdirSync(join(directory, "tree/etc"), { recursive: true });
  writeFileSync(join(directory, "tree/etc/os-release"), "ID=tiny\nNAME=Tiny\n");
  const archive = join(directory, "tiny.tar");
  execFileSync("/usr/bin/tar", ["-cf", archive, "-C", join(directory, "tree"), "."]);
  server = createServer((request, response) => {
    if (request.url === "/tiny.tar") response.end(readFileSync(archive));
    // Begins, and never ends by itself.
    else if (request.url === "/slow.tar") response.writeHead(200, { "content-length": 1e9 }).write(Buffer.alloc(512));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  address = `http://127.0.0.1:${bound.port}`;
  system = await connectHostSystem({ log: pino({ level: "silent" }) });
  unfollow = await system.importd.follow((signal) => signals.push(signal));
});

afterAll(async () => {
  unfollow();
  await system.close();
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
  execFileSync("/usr/bin/machinectl", ["remove", NAME]);
  execFileSync("/usr/bin/machinectl", ["clean"]);
});

it("pulls a tar into an image, with its log", async () => {
  const transfer = await system.importd.pullTar({ url: `${address}/tiny.tar`, name: NAME, verify: "no", force: false });
  expect(await resultOf(transfer)).toBe("done");
  expect(signals).toContainEqual({ type: "new", ...transfer });
  expect(linesOf(transfer).join("\n")).toContain("Operation completed successfully.");
  expect(readFileSync(`/var/lib/machines/${NAME}/etc/os-release`, "utf8")).toContain("ID=tiny");
});

it("tells by a line of level 3 why one failed", async () => {
  const missing = await system.importd.pullTar({ url: `${address}/no.tar`, name: "no", verify: "no", force: false });
  expect(await resultOf(missing)).toBe("failed");
  const errors = signals.filter((signal) => signal.type === "log" && signal.path === missing.path && signal.level <= 3);
  expect(errors).not.toEqual([]);
  expect(linesOf(missing).join("\n")).toContain("404");
  expect(existsSync("/var/lib/machines/no")).toBe(false);
});

it("lists one that is under way, refuses it twice, and cancels it", async () => {
  const request = { url: `${address}/slow.tar`, name: "slow", verify: "no", force: false } as const;
  const transfer = await system.importd.pullTar(request);
  const listed = (await system.importd.listTransfers()).find((one) => one.id === transfer.id);
  expect(listed).toMatchObject({ type: "pull-tar", remote: request.url, local: "slow", path: transfer.path });
  expect(listed?.progress ?? 0).toBeLessThan(1);
  await expect(system.importd.pullTar({ ...request, name: "again" })).rejects.toMatchObject({ code: "CONFLICT" });
  await system.importd.cancel(transfer.id);
  expect(await resultOf(transfer)).toBe("canceled");
  expect(await system.importd.listTransfers()).toEqual([]);
  await expect(system.importd.cancel(transfer.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(existsSync("/var/lib/machines/slow")).toBe(false);
});

it("refuses a name no image can have", async () => {
  const request = { url: `${address}/tiny.tar`, name: "../x", verify: "no", force: false } as const;
  await expect(system.importd.pullTar(request)).rejects.toMatchObject({ code: "INVALID" });
});
