import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";

import type { TerminalSize } from "@/lib/terminal";
import { resizeScreen, restoreScreen } from "./screen-order";
import { createLinkHandler, openLink } from "./terminal-links";

const FONT = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace';
const SCROLLBACK_LINES = 10_000;

/** Dark in both themes: programs choose their colours for a dark ground. */
const THEME = {
  background: "#0c0f11",
  foreground: "#d6dde3",
  cursor: "#d6dde3",
  cursorAccent: "#0c0f11",
  selectionBackground: "#3fb6ae66",
  black: "#22282d",
  red: "#f07b70",
  green: "#4cc27f",
  yellow: "#e0b04a",
  blue: "#6cb6ff",
  magenta: "#c99cf0",
  cyan: "#3fb6ae",
  white: "#d6dde3",
  brightBlack: "#78828d",
  brightRed: "#ff9d94",
  brightGreen: "#7bdca3",
  brightYellow: "#f2cd7c",
  brightBlue: "#9ccfff",
  brightMagenta: "#dfc0fa",
  brightCyan: "#7fd6d0",
  brightWhite: "#ffffff",
};

const MATCHES = {
  matchBackground: "#5b4a1c",
  matchOverviewRuler: "#e0b04a",
  activeMatchBackground: "#e0b04a",
  activeMatchColorOverviewRuler: "#f2cd7c",
};

export interface ScreenOptions {
  label: string;
  fontSize: number;
  onInput(bytes: Uint8Array): void;
  /** Ctrl+Shift+C with a selection. */
  onCopy(text: string): void;
  /** Ctrl+Shift+F. */
  onFind(): void;
  onFocus(): void;
  /** A link was chosen whose text does not say where it leads. */
  onHiddenLink(target: string): void;
}

/** xterm.js, set up as the dashboard shows it: what the page needs of it and no more. */
export interface XtermScreen {
  readonly terminal: Terminal;
  /** The size that fits the element now; null while it is hidden. */
  fittingSize(): TerminalSize | null;
  resize(size: TerminalSize): void;
  /** Starts anew from a restored screen. */
  restore(bytes: Uint8Array, size: TerminalSize): void;
  write(bytes: Uint8Array, parsed: () => void): void;
  setFontSize(pixels: number): void;
  find(text: string, direction: "next" | "previous"): boolean;
  endFind(): void;
  dispose(): void;
}

/** Fills `element`. The font is awaited first: measured with another one, every cell would have the wrong width. */
export async function openScreen(element: HTMLElement, options: ScreenOptions): Promise<XtermScreen> {
  await document.fonts.load(`${options.fontSize}px ${FONT}`).catch(() => undefined);
  const terminal = new Terminal({
    fontFamily: FONT,
    fontSize: options.fontSize,
    lineHeight: 1.15,
    scrollback: SCROLLBACK_LINES,
    theme: THEME,
    minimumContrastRatio: 4.5,
    macOptionIsMeta: true,
    // The search marks its matches through it.
    allowProposedApi: true,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new WebLinksAddon((_event, uri) => openLink(uri)));
  terminal.options.linkHandler = createLinkHandler(terminal, element, options.onHiddenLink);
  leaveQuestionsToTheApi(terminal);
  terminal.attachCustomKeyEventHandler((event) => !handleShortcut(event, terminal, options));
  terminal.open(element);
  terminal.textarea?.setAttribute("aria-label", options.label);
  terminal.textarea?.addEventListener("focus", options.onFocus);
  const encoder = new TextEncoder();
  terminal.onData((text) => options.onInput(encoder.encode(text)));
  terminal.onBinary((text) => options.onInput(Uint8Array.from(text, (character) => character.charCodeAt(0))));
  return {
    terminal,
    fittingSize() {
      const size = fit.proposeDimensions();
      return size && Number.isFinite(size.cols) && Number.isFinite(size.rows) && element.offsetParent !== null
        ? { cols: Math.max(size.cols, 2), rows: Math.max(size.rows, 1) }
        : null;
    },
    resize: (size) => resizeScreen(terminal, size),
    restore: (bytes, size) => restoreScreen(terminal, bytes, size),
    write: (bytes, parsed) => terminal.write(bytes, parsed),
    setFontSize(pixels) {
      terminal.options.fontSize = pixels;
    },
    find: (text, direction) =>
      direction === "next"
        ? search.findNext(text, { decorations: MATCHES, incremental: false })
        : search.findPrevious(text, { decorations: MATCHES }),
    endFind() {
      search.clearDecorations();
      terminal.clearSelection();
      terminal.focus();
    },
    dispose: () => terminal.dispose(),
  };
}

/**
 * A program's questions (device attributes, cursor position, modes) are answered by the api's own screen, once. Were each window
 * to answer too, the program would read the rest as keys.
 */
function leaveQuestionsToTheApi({ parser }: Terminal): void {
  for (const final of ["c", "n"]) {
    for (const prefix of ["", ">", "=", "?"]) {
      parser.registerCsiHandler(prefix === "" ? { final } : { prefix, final }, () => true);
    }
  }
  parser.registerCsiHandler({ intermediates: "$", final: "p" }, () => true);
  parser.registerCsiHandler({ prefix: "?", intermediates: "$", final: "p" }, () => true);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, () => true);
}

/** True where the key was ours. Ctrl+Shift+V is left to the browser, which pastes into the terminal's field. */
function handleShortcut(event: KeyboardEvent, terminal: Terminal, options: ScreenOptions): boolean {
  if (event.type !== "keydown" || !event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return false;
  if (event.code === "KeyV") return true;
  if (event.code !== "KeyC" && event.code !== "KeyF") return false;
  event.preventDefault();
  if (event.code === "KeyF") options.onFind();
  else if (terminal.hasSelection()) options.onCopy(terminal.getSelection());
  return true;
}
