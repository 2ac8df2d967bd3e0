import { Terminal } from "@xterm/headless";
import { describe, expect, test } from "vitest";

import { resizeScreen, restoreScreen } from "./screen-order";

const SIZE = { cols: 40, rows: 6 };
const bytes = (text: string) => new TextEncoder().encode(text);

function createTerminal(): Terminal {
  return new Terminal({ ...SIZE, scrollback: 100_000, allowProposedApi: true });
}

/** Every line, when all that was written is parsed. */
async function linesOf(terminal: Terminal): Promise<string[]> {
  await new Promise<void>((resolve) => terminal.write("", resolve));
  const buffer = terminal.buffer.active;
  return Array.from({ length: buffer.length }, (_, y) => buffer.getLine(y)?.translateToString(true) ?? "");
}

const shown = async (terminal: Terminal) => (await linesOf(terminal)).join("\n").trimEnd();

describe("a restored screen", () => {
  test("has nothing of the output that still waited to be parsed, and goes on from where it was made", async () => {
    const terminal = createTerminal();
    const flood = bytes(Array.from({ length: 20_000 }, (_, index) => `old ${index}\r\n`).join(""));
    for (let at = 0; at < flood.length; at += 16 * 1024) terminal.write(flood.subarray(at, at + 16 * 1024));
    restoreScreen(terminal, bytes("restored\r\n$ "), { cols: 50, rows: 8 });
    terminal.write(bytes("echo new"));
    expect(await shown(terminal)).toBe("restored\n$ echo new");
    expect([terminal.cols, terminal.rows]).toEqual([50, 8]);
  });

  test.each([
    ["a title", "\x1b]0;half a ti"],
    ["a device control string", "\x1bP1$r"],
    ["a colour", "\x1b[38;5;1"],
    ["an escape", "\x1b"],
    ["a character", "日"],
  ])("is whole where the output before it was cut in the middle of %s", async (_name, before) => {
    const terminal = createTerminal();
    const cut = bytes(before);
    terminal.write(before === "日" ? cut.subarray(0, 2) : cut);
    restoreScreen(terminal, bytes("restored"), SIZE);
    expect(await shown(terminal)).toBe("restored");
  });

  test("leaves the modes of the screen before", async () => {
    const terminal = createTerminal();
    terminal.write("\x1b[?1049h\x1b[?2004h\x1b[31mred");
    restoreScreen(terminal, bytes("restored"), SIZE);
    expect(await shown(terminal)).toBe("restored");
    expect(terminal.buffer.active.type).toBe("normal");
    expect(terminal.modes.bracketedPasteMode).toBe(false);
    expect(terminal.buffer.active.getLine(0)?.getCell(0)?.isFgDefault()).toBe(true);
  });
});

test("a resize takes its turn: what was printed before it is wrapped at the old width", async () => {
  const terminal = createTerminal();
  // Programs that wrap lines themselves count on the width they were told.
  terminal.write(`${"x".repeat(39)}\x1b[40Gy\x1b[41Gz`);
  resizeScreen(terminal, { cols: 80, rows: 6 });
  terminal.write("\r\n");
  expect(await shown(terminal)).toBe(`${"x".repeat(39)}z`);
  expect(terminal.cols).toBe(80);
});
