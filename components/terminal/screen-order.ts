import type { Terminal } from "@xterm/xterm";

import type { TerminalSize } from "@/lib/terminal";

/** CAN (ECMA-48 8.3.6): ends whatever sequence the bytes before it left open. */
const CANCEL = Uint8Array.of(0x18);

type OrderedTerminal = Pick<Terminal, "reset" | "resize" | "write">;

/*
 * xterm.js parses later than it is written to, and does what is asked of it otherwise at once. Both of these take their turn: else
 * what waits to be parsed would be put on the new screen, or wrapped at a width it was not printed for.
 */

/** Starts anew from a restored screen. What came before may have been cut off anywhere. */
export function restoreScreen(terminal: OrderedTerminal, bytes: Uint8Array, { cols, rows }: TerminalSize): void {
  terminal.write(CANCEL, () => {
    terminal.reset();
    terminal.resize(cols, rows);
  });
  terminal.write(bytes);
}

export function resizeScreen(terminal: OrderedTerminal, { cols, rows }: TerminalSize): void {
  terminal.write("", () => terminal.resize(cols, rows));
}
