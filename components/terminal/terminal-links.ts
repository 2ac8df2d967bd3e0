import type { ILinkHandler, Terminal } from "@xterm/xterm";

/**
 * Links that a program made of any text (OSC 8): a pointer is told where one leads, and `onHidden` has to ask before one is opened
 * that does not say so itself.
 */
export function createLinkHandler(
  terminal: Terminal,
  element: HTMLElement,
  onHidden: (target: string) => void,
): ILinkHandler {
  return {
    activate(_event, target, { start, end }) {
      const line = terminal.buffer.active.getLine(start.y - 1);
      if (line?.translateToString(false, start.x - 1, end.x) === target) openLink(target);
      else onHidden(target);
    },
    hover: (_event, target) => element.setAttribute("title", target),
    leave: () => element.removeAttribute("title"),
  };
}

/** Only web pages: an escape sequence of some program must not open anything else. */
export function openLink(target: string): void {
  if (/^https?:\/\//i.test(target)) window.open(target, "_blank", "noopener,noreferrer");
}
