/** Output on its way to one browser: above the first the program waits, below the second it goes on. Small, so that ^C is felt. */
const HIGH_WATER_BYTES = 256 * 1024;
const LOW_WATER_BYTES = 128 * 1024;
/** How long a browser that reads nothing may hold back the others, and how long the program alone. */
const STALLED_AMONG_OTHERS_MS = 2000;
const STALLED_ALONE_MS = 30_000;
const CHECK_MS = 500;

/**
 * `waiting`: it is about to be given a screen, which will show what is sent meanwhile. `entering`: its screen is being made, output
 * is kept for it. `behind`: it gets nothing until it has caught up.
 */
type LaneState = "waiting" | "entering" | "live" | "behind";

/** The output of a session on its way to one browser. */
export interface Lane {
  readonly send: (data: Buffer) => void;
  state: LaneState;
  kept: Buffer[];
  sentBytes: number;
  ackedBytes: number;
  visible: boolean;
  /** Since when it has had too much on its way without reading any of it; ms of performance.now(). */
  stalledSince: number | null;
}

/**
 * Gives output to every browser at once and decides when the program has to wait: while one that reads has too much on its way.
 * One that does not read (hidden, stalled) falls behind instead: it is skipped, memory stays bounded, and it is given the screen
 * anew when it reads again.
 */
export class OutputLanes {
  readonly #lanes = new Set<Lane>();
  readonly #onChange: () => void;
  readonly #onCaughtUp: (lane: Lane) => void;
  #timer: NodeJS.Timeout | undefined;

  /** `onChange`: ask `isFull` again. `onCaughtUp`: the lane can be given a screen, with `enter`. */
  constructor(options: { onChange: () => void; onCaughtUp: (lane: Lane) => void }) {
    this.#onChange = options.onChange;
    this.#onCaughtUp = options.onCaughtUp;
  }

  add(send: (data: Buffer) => void): Lane {
    const lane: Lane = {
      send,
      state: "waiting",
      kept: [],
      sentBytes: 0,
      ackedBytes: 0,
      visible: true,
      stalledSince: null,
    };
    this.#lanes.add(lane);
    return lane;
  }

  has(lane: Lane): boolean {
    return this.#lanes.has(lane);
  }

  remove(lane: Lane): void {
    this.#lanes.delete(lane);
    this.#update();
  }

  /** From here on it gets nothing; `enter` follows. */
  hold(lane: Lane): void {
    lane.state = "waiting";
  }

  /** From here on output is kept for it; `goLive` follows when its screen is there. */
  enter(lane: Lane): void {
    lane.state = "entering";
    lane.stalledSince = null;
  }

  /** Its screen was sent: what came since follows. */
  goLive(lane: Lane): void {
    lane.state = "live";
    for (const data of lane.kept.splice(0)) lane.send(data);
    this.#update();
  }

  broadcast(data: Buffer): void {
    for (const lane of this.#lanes) {
      if (lane.state === "behind" || lane.state === "waiting") continue;
      lane.sentBytes += data.length;
      if (lane.state === "live") lane.send(data);
      else lane.kept.push(data);
    }
    this.#update();
  }

  ack(lane: Lane, bytes: number): void {
    const acked = Math.min(bytes, lane.sentBytes);
    if (acked <= lane.ackedBytes) return;
    lane.ackedBytes = acked;
    lane.stalledSince = null;
    this.#update();
  }

  setVisible(lane: Lane, visible: boolean): void {
    lane.visible = visible;
    this.#update();
  }

  /** Whether the program has to wait. */
  get isFull(): boolean {
    return this.#full;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#lanes.clear();
  }

  #full = false;

  #update(): void {
    const now = performance.now();
    const others = [...this.#lanes].some((lane) => lane.state === "live" && !this.#holdsBack(lane));
    let full = false;
    for (const lane of this.#lanes) {
      if (lane.state === "waiting") continue;
      if (lane.state === "behind") {
        if (lane.visible && onTheWay(lane) < LOW_WATER_BYTES) this.#onCaughtUp(lane);
        continue;
      }
      if (this.#holdsBack(lane) && lane.state === "live") {
        lane.stalledSince ??= now;
        const patience = !lane.visible ? 0 : others ? STALLED_AMONG_OTHERS_MS : STALLED_ALONE_MS;
        if (now - lane.stalledSince >= patience) {
          lane.state = "behind";
          continue;
        }
      } else lane.stalledSince = null;
      full ||= this.#holdsBack(lane);
    }
    this.#setFull(full);
  }

  /** Whether the program has to wait for it: once it waits it waits for more than what made it wait. */
  #holdsBack(lane: Lane): boolean {
    return this.#full ? onTheWay(lane) >= LOW_WATER_BYTES : onTheWay(lane) > HIGH_WATER_BYTES;
  }

  #setFull(full: boolean): void {
    if (full === this.#full) return;
    this.#full = full;
    clearInterval(this.#timer);
    // Nothing else happens while everybody waits for a browser that is silent.
    if (full) this.#timer = setInterval(() => this.#update(), CHECK_MS).unref();
    this.#onChange();
  }
}

function onTheWay(lane: Lane): number {
  return lane.sentBytes - lane.ackedBytes;
}
