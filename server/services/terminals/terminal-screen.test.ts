import { Terminal } from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { TerminalScreen } from "./terminal-screen";

const SIZE = { cols: 40, rows: 10 };

function createScreen(replies: Buffer[] = []): TerminalScreen {
  return new TerminalScreen({ ...SIZE, onReply: (data) => replies.push(data), onProgress: () => undefined });
}

/** What a browser shows after it was given these frames. */
async function show(...frames: Buffer[]): Promise<Terminal> {
  const terminal = new Terminal({ ...SIZE, scrollback: 10_000, allowProposedApi: true });
  for (const frame of frames) await new Promise<void>((resolve) => terminal.write(frame, resolve));
  return terminal;
}

function serialized(screen: TerminalScreen): Promise<Buffer> {
  return new Promise((resolve) => screen.settle(() => resolve(screen.serialize())));
}

/** Cells with their colours and attributes, the cursor, modes, scroll region: everything that later output depends on. */
function stateOf(terminal: Terminal): unknown {
  const buffer = terminal.buffer.active;
  const rows = Array.from({ length: terminal.rows }, (_, y) => {
    const line = buffer.getLine(buffer.baseY + y);
    return Array.from({ length: terminal.cols }, (_, x) => {
      const cell = line?.getCell(x);
      const text = cell?.getChars() || " ";
      const ground = [cell?.getBgColorMode(), cell?.getBgColor()];
      // A cell that was never written, or erased, has a ground alone. So has, for the serialize add-on, the half that is left of a wide
      // character when something is written over its other half.
      const look = cell?.getChars() ? [...ground, cell.isInverse(), cell.isUnderline()] : ground;
      // A blank has no ink to see the rest by.
      return [
        text,
        ...look,
        ...(text === " " ? [] : [cell?.getFgColorMode(), cell?.getFgColor(), cell?.isBold()]),
      ].join();
    });
  });
  const core = Reflect.get(terminal, "_core");
  return {
    rows,
    cursor: [buffer.cursorX, buffer.cursorY],
    type: buffer.type,
    modes: terminal.modes,
    region: [core.buffer.scrollTop, core.buffer.scrollBottom],
    mouse: core.coreMouseService.activeEncoding,
    hidden: core.coreService.isCursorHidden,
    style: core.coreService.decPrivateModes.cursorStyle,
  };
}

const VIM = [
  "\x1b[?1049h\x1b[?1h\x1b=\x1b[?2004h\x1b[?1002h\x1b[?1006h\x1b[?25l\x1b[2;9r\x1b[H\x1b[38;5;110mfn\x1b[0m main()",
  "\x1b[4;7H\x1b[1;7mword\x1b[0m\x1b[4 q\x1b[9;1H\x1b(0lqqk\x1b(B\x1b[3;5H",
].join("");

describe("a restored screen", () => {
  test("is that of a full-screen program, with all its modes", async () => {
    const screen = createScreen();
    screen.write(Buffer.from(`$ vim\r\n${VIM}`));
    const direct = await show(Buffer.from(`$ vim\r\n${VIM}`));
    const restored = await show(await serialized(screen));
    expect(stateOf(restored)).toEqual(stateOf(direct));
    const core = Reflect.get(restored, "_core");
    expect(core.coreMouseService.activeEncoding).toBe("SGR");
    expect(core.coreService.isCursorHidden).toBe(true);
  });

  test("goes on as the first one would: the program leaves, and the shell is where it was", async () => {
    const rest = Buffer.from("\x1b[r\x1b[?1049l\x1b[?25h\x1b[?2004l$ done");
    const screen = createScreen();
    screen.write(Buffer.from(`$ vim\r\n${VIM}`));
    const direct = await show(Buffer.from(`$ vim\r\n${VIM}`), rest);
    const restored = await show(await serialized(screen), rest);
    expect(stateOf(restored)).toEqual(stateOf(direct));
  });

  test("keeps line drawing that is still switched on", async () => {
    const screen = createScreen();
    screen.write(Buffer.from("\x1b(0lqq"));
    const restored = await show(await serialized(screen), Buffer.from("qk"));
    expect(restored.buffer.active.getLine(0)?.translateToString(true)).toBe("┌───┐");
  });

  // No OSC 8 links: the serialize add-on does not keep them, they come back as underlined text.
  const piece = fc.constantFrom(
    "plain text ",
    "日本語",
    "é👩🏽",
    "\r\n",
    "\x1b[31mred\x1b[0m",
    "\x1b[48;2;10;20;30mrgb\x1b[m",
    "\x1b[5;3H",
    "\x1b[2K",
    "\x1b[J",
    "\x1b[3;8r",
    "\x1b[r",
    // As programs do it: in the default colour, and with the whole screen to scroll.
    "\x1b[m\x1b[r\x1b[?1049h",
    "\x1b[?1049l",
    "\x1b]0;a title\x07",
    "\x1b[1;4;7mall\x1b[22;24;27m",
    "\x1b[?25l",
    "\x1b[?1000h\x1b[?1006h",
    "\x1b[L",
    "\x1bM",
  );

  test("cut at any byte, with what follows, is the screen without a cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), fc.nat(), async (pieces, where) => {
        const bytes = Buffer.from(pieces.join(""));
        const cut = bytes.length === 0 ? 0 : where % (bytes.length + 1);
        const screen = createScreen();
        screen.write(bytes.subarray(0, cut));
        const restored = await show(await serialized(screen), bytes.subarray(cut));
        expect(stateOf(restored)).toEqual(stateOf(await show(bytes)));
      }),
      { numRuns: 100 },
    );
  });
});

test("questions are answered once, here", async () => {
  const replies: Buffer[] = [];
  const screen = createScreen(replies);
  screen.write(Buffer.from("ab\x1b[6n"));
  await serialized(screen);
  expect(Buffer.concat(replies).toString()).toBe("\x1b[1;3R");
});

test("a shell's exit status is read from its escape sequence, and no other text is", async () => {
  const screen = createScreen();
  screen.write(Buffer.from("\x1b]7717;nonsense\x1b\\"));
  await serialized(screen);
  expect(screen.exitStatus).toBe(null);
  screen.write(Buffer.from("\x1b]7717;42\x1b\\"));
  await serialized(screen);
  expect(screen.exitStatus).toBe(42);
});

test("bytes, resizes and questions are done in the order they came", async () => {
  const screen = createScreen();
  screen.write(Buffer.from(`${"x".repeat(40)}y\r\n`));
  screen.resize(80, 10);
  const wide = await serialized(screen);
  const terminal = new Terminal({ cols: 80, rows: 10, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(wide, resolve));
  expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe(`${"x".repeat(40)}y`);
});
