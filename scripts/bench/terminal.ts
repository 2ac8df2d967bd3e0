import { rmSync, writeFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { spawn as spawnPty } from "node-pty";
import { z } from "zod";

import { openBrowser } from "./browser";
import { output, unitProperty } from "./commands";
import { rssMebibytes } from "./idle";
import { probeTerminals, probeTimes, untilShown } from "./page-probe";
import { quantile, type Result, result } from "./results";
import type { Session } from "./session";

const MACHINE = "bench-terminal";
const TREE = `/var/lib/machines/${MACHINE}`;
const KEYS = 100;
const THROUGHPUT_ROUNDS = 3;
const INTERRUPT_ROUNDS = 5;
const LINE = `${"0123456789abcdef".repeat(4)}0123456789abcde`;
const LINES = Math.ceil((20 * 1024 * 1024) / (LINE.length + 1));
/** The terminal turns each line's end into two bytes. */
const SHOWN_BYTES = LINES * (LINE.length + 2);
const TARGET_ECHO_MS = 3;
const TARGET_THROUGHPUT_RATIO = 8;
const TARGET_GROWTH_MIB = 64;
const TARGET_INTERRUPT_MS = 150;

/** Each command waits for a key first, so that both sides measure from that key. `''` keeps the echo of the command out. */
const ECHO = ["/bin/cat"];
const PRINT = ["/bin/sh", "-c", "read -r _; cat /root/lines.txt; echo DO''NE; read -r _"];
const FLOOD = ["/bin/sh", "-c", "trap : INT; read -r _; yes; echo STOP''PED; read -r _"];

/** The page's terminal against node-pty alone, running the same command in the same machine. */
export async function measureTerminal(session: Session): Promise<Result[]> {
  await startMachine();
  const { browser, page } = await openBrowser(session);
  try {
    await probeTerminals(page);
    return [
      ...(await measureEcho(session, page)),
      ...(await measureThroughput(session, page)),
      ...(await measureInterrupt(session, page)),
    ];
  } finally {
    await browser.close();
    await output("/usr/bin/systemctl", "stop", `systemd-nspawn@${MACHINE}.service`);
    rmSync(TREE, { recursive: true });
  }
}

async function startMachine(): Promise<void> {
  await output("/usr/bin/cp", "-a", "--reflink=auto", "/srv/fixtures/debian", TREE);
  writeFileSync(`${TREE}/root/lines.txt`, `${LINE}\n`.repeat(LINES));
  await output("/usr/bin/machinectl", "start", MACHINE);
  const state = () => output("/usr/bin/systemctl", "-M", MACHINE, "is-system-running").catch(() => "");
  for (let round = 0; !/running/.test(await state()); round += 1) {
    if (round > 300) throw new Error(`${MACHINE} did not boot`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function measureEcho(session: Session, page: Page): Promise<Result[]> {
  await openTerminal(session, page, ECHO);
  const buffer: number[] = [];
  const screen: number[] = [];
  for (let key = 0; key < KEYS; key += 1) {
    await page.keyboard.press("x");
    await page.waitForFunction(
      () => window.terminalProbe.bufferAtMs !== null && window.terminalProbe.screenAtMs !== null,
    );
    const times = await probeTimes(page);
    buffer.push((times.bufferAtMs ?? Number.NaN) - times.keyAtMs);
    screen.push((times.screenAtMs ?? Number.NaN) - times.keyAtMs);
  }
  const bare = quantile(await bareEcho(), 0.5);
  const shown = quantile(buffer, 0.5);
  return [
    result(`keystroke echo, node-pty alone, p50 of ${KEYS}`, bare, "ms"),
    result(`keystroke echo into the page's terminal, p50 of ${KEYS}`, shown, "ms"),
    result("keystroke echo, page over node-pty alone", shown - bare, "ms more", TARGET_ECHO_MS),
    result(`keystroke echo to the page's document, p50 of ${KEYS}`, quantile(screen, 0.5), "ms"),
  ];
}

async function measureThroughput(session: Session, page: Page): Promise<Result[]> {
  const pid = Number(await unitProperty("machineroom-api.service", "MainPID"));
  const bare: number[] = [];
  const shown: number[] = [];
  let growth = 0;
  for (let round = 0; round < THROUGHPUT_ROUNDS; round += 1) {
    bare.push(await barePrint());
    await openTerminal(session, page, PRINT);
    const before = rssMebibytes(pid);
    const sampling = setInterval(() => {
      growth = Math.max(growth, rssMebibytes(pid) - before);
    }, 50);
    const times = await untilShown(page, "DONE", () => page.keyboard.press("Enter"));
    clearInterval(sampling);
    if (times.bytes < SHOWN_BYTES) throw new Error(`${times.bytes} of ${SHOWN_BYTES} bytes came`);
    shown.push((times.foundAtMs ?? Number.NaN) - times.keyAtMs);
  }
  const ratio = quantile(shown, 0.5) / quantile(bare, 0.5);
  return [
    result("20 MB, node-pty alone", quantile(bare, 0.5), "ms"),
    result("20 MB, shown complete in the page", quantile(shown, 0.5), "ms"),
    result("20 MB, page over node-pty alone", ratio, "×", TARGET_THROUGHPUT_RATIO),
    result("20 MB: growth of the api's RSS meanwhile", growth, "MiB", TARGET_GROWTH_MIB),
  ];
}

async function measureInterrupt(session: Session, page: Page): Promise<Result[]> {
  const times: number[] = [];
  for (let round = 0; round < INTERRUPT_ROUNDS; round += 1) {
    await openTerminal(session, page, FLOOD);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => window.terminalProbe.bytes > 2 * 1024 * 1024);
    const { keyAtMs, foundAtMs } = await untilShown(page, "STOPPED", () => page.keyboard.press("Control+c"));
    times.push((foundAtMs ?? Number.NaN) - keyAtMs);
  }
  return [
    result(
      `Ctrl-C in yes to its end on screen, p50 of ${INTERRUPT_ROUNDS}`,
      quantile(times, 0.5),
      "ms",
      TARGET_INTERRUPT_MS,
    ),
  ];
}

/** Opens a session that runs the command, and the page that shows it, ready to be typed into. */
async function openTerminal(session: Session, page: Page, command: readonly string[]): Promise<void> {
  const input = { name: MACHINE, kind: "shell", user: "root", command, cols: 80, rows: 24 };
  const { id } = z.object({ id: z.string() }).parse(await session.mutate("terminals.open", input));
  await page.goto(`/terminals/${id}`);
  await page.locator(".xterm-helper-textarea").focus();
  // The command echoes what is typed once it runs.
  await untilShown(page, "ready", () => page.keyboard.type("ready"));
}

function openBare(command: readonly string[]) {
  const argv = ["--quiet", "shell", `root@${MACHINE}`, ...command];
  return spawnPty("/usr/bin/machinectl", argv, { cols: 80, rows: 24, encoding: null });
}

async function bareEcho(): Promise<number[]> {
  const pty = openBare(ECHO);
  const times: number[] = [];
  let heard: () => void = () => {};
  pty.onData(() => heard());
  const type = (text: string) => {
    const echo = new Promise<void>((resolve) => {
      heard = resolve;
    });
    pty.write(text);
    return echo;
  };
  await type("ready");
  for (let key = 0; key < KEYS; key += 1) {
    const begin = performance.now();
    await type("x");
    times.push(performance.now() - begin);
  }
  pty.kill("SIGKILL");
  return times;
}

async function barePrint(): Promise<number> {
  const pty = openBare(PRINT);
  let end = Buffer.alloc(0);
  let heard: () => void = () => {};
  pty.onData((data) => {
    // Only the end is looked at: what is measured is draining.
    const chunk = Buffer.from(data);
    end = Buffer.concat([end.subarray(-8), chunk.subarray(-64)]);
    heard();
  });
  const until = (text: string) =>
    new Promise<void>((resolve) => {
      heard = () => {
        if (end.includes(text)) resolve();
      };
    });
  const ready = until("ready");
  pty.write("ready");
  await ready;
  const done = until("DONE");
  const begin = performance.now();
  pty.write("\r");
  await done;
  const took = performance.now() - begin;
  pty.kill("SIGKILL");
  return took;
}
