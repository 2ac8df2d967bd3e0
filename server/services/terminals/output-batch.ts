/** Output that follows other output this closely waits for more. */
const GATHER_MS = 2;
const FRAME_BYTES = 64 * 1024;

/**
 * Gathers the small reads of a pty (4 KiB mostly) into frames. The first output after a quiet moment, such as the echo of a
 * key, goes on at once; only in a burst it waits, 2 ms or until a frame is full.
 */
export class OutputBatch {
  readonly #send: (data: Buffer) => void;
  #parts: Buffer[] = [];
  #bytes = 0;
  #lastSent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (data: Buffer) => void) {
    this.#send = send;
  }

  push(data: Buffer): void {
    this.#parts.push(data);
    this.#bytes += data.length;
    if (this.#bytes >= FRAME_BYTES || (!this.#timer && performance.now() - this.#lastSent >= GATHER_MS)) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Sends what is held back, if anything. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#bytes === 0) return;
    const data = Buffer.concat(this.#parts, this.#bytes);
    this.#parts = [];
    this.#bytes = 0;
    this.#lastSent = performance.now();
    this.#send(data);
  }
}
