import type { Terminal } from "@xterm/headless";
import { z } from "zod";

/** What xterm.js 6 keeps of a screen beside its cells and public modes. A test compares it before and after a restore. */
const coreSchema = z.object({
  buffer: z.object({ scrollTop: z.number(), scrollBottom: z.number() }),
  coreMouseService: z.object({ activeEncoding: z.string() }),
  coreService: z.object({
    isCursorHidden: z.boolean(),
    decPrivateModes: z.object({ cursorStyle: z.string().optional(), cursorBlink: z.boolean().optional() }),
  }),
  _charsetService: z.object({ glevel: z.number(), _charsets: z.array(z.record(z.string(), z.string()).optional()) }),
});

const MOUSE_TRACKING = { none: "", x10: "\x1b[?9h", vt200: "\x1b[?1000h", drag: "\x1b[?1002h", any: "\x1b[?1003h" };
const MOUSE_ENCODING = new Map([
  ["SGR", "\x1b[?1006h"],
  ["SGR_PIXELS", "\x1b[?1016h"],
]);
/** DECSCUSR: the steady shape; one less blinks. */
const CURSOR_STYLE = new Map([
  ["block", 2],
  ["underline", 4],
  ["bar", 6],
]);

/**
 * Escape sequences that set the modes of `terminal` on one that has none: written after its cells. The serialize add-on leaves
 * out the scroll region, the way mouse events are written, the cursor's look and line drawing, and vim would be broken by each.
 */
export function serializeModes(terminal: Terminal): string {
  const { modes } = terminal;
  const { buffer, coreMouseService, coreService, _charsetService } = coreSchema.parse(Reflect.get(terminal, "_core"));
  const isRegion = buffer.scrollTop !== 0 || buffer.scrollBottom !== terminal.rows - 1;
  const style = CURSOR_STYLE.get(coreService.decPrivateModes.cursorStyle ?? "");
  return [
    isRegion ? `\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r` : "",
    modes.originMode ? "\x1b[?6h" : "",
    // Both of these send the cursor home.
    isRegion || modes.originMode ? cursorPosition(terminal, modes.originMode ? buffer.scrollTop : 0) : "",
    modes.applicationCursorKeysMode ? "\x1b[?1h" : "",
    modes.applicationKeypadMode ? "\x1b[?66h" : "",
    modes.bracketedPasteMode ? "\x1b[?2004h" : "",
    modes.insertMode ? "\x1b[4h" : "",
    modes.reverseWraparoundMode ? "\x1b[?45h" : "",
    modes.sendFocusMode ? "\x1b[?1004h" : "",
    modes.wraparoundMode ? "" : "\x1b[?7l",
    MOUSE_TRACKING[modes.mouseTrackingMode],
    MOUSE_ENCODING.get(coreMouseService.activeEncoding) ?? "",
    coreService.isCursorHidden ? "\x1b[?25l" : "",
    style === undefined ? "" : `\x1b[${coreService.decPrivateModes.cursorBlink ? style - 1 : style} q`,
    ...charsets(_charsetService),
  ].join("");
}

function cursorPosition(terminal: Terminal, firstRow: number): string {
  const { cursorX, cursorY } = terminal.buffer.active;
  return `\x1b[${cursorY - firstRow + 1};${cursorX + 1}H`;
}

/** Line drawing (DEC special graphics) is the one set programs still use. */
function charsets({ glevel, _charsets }: z.infer<typeof coreSchema>["_charsetService"]): string[] {
  const designate = (set: number, into: string) => (_charsets[set]?.["q"] === "─" ? `\x1b${into}0` : "");
  return [designate(0, "("), designate(1, ")"), glevel === 1 ? "\x0e" : ""];
}
