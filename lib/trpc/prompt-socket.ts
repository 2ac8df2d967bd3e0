import { keepAlive } from "./keep-alive";

/** Over a dead link a browser waits a minute for the other side to close, too. */
const CLOSED_WITHIN_MS = 500;
/** And for minutes to be let in; a new try finds a link that is back sooner. */
const OPEN_WITHIN_MS = 5000;

/**
 * The browser's WebSocket, but one that is closed is soon told to be, one that does not open gives up, and one that has gone dead is
 * closed: also where nobody answers.
 */
export function promptWebSocket(): typeof WebSocket {
  return class PromptWebSocket extends WebSocket {
    #told = false;
    #opened = false;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      keepAlive(this);
      for (const type of ["open", "message", "error", "close"])
        this.addEventListener(type, (event) => this.#hear(event));
      const opening = setTimeout(() => this.close(), OPEN_WITHIN_MS);
      for (const type of ["open", "close"]) this.addEventListener(type, () => clearTimeout(opening));
    }

    override close(code?: number, reason?: string): void {
      super.close(code, reason);
      setTimeout(() => {
        if (this.#told) return;
        if (!this.#opened) this.dispatchEvent(new Event("error"));
        this.dispatchEvent(new CloseEvent("close", { code: 1006 }));
      }, CLOSED_WITHIN_MS);
    }

    /** Stands before every other listener: what comes after the close was told is nobody's any more. */
    #hear(event: Event): void {
      if (this.#told) event.stopImmediatePropagation();
      if (event.type === "open") this.#opened = true;
      if (event.type === "close") this.#told = true;
    }
  };
}
