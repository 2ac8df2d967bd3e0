import { Terminal } from "@xterm/headless";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { CastEvent } from "@/lib/recording";
import { aCastHeader } from "@/lib/test-cast";
import { CastPlayer, type PlayerState } from "./cast-player";

const header = aCastHeader();
const output = (at: number, text: string): CastEvent => ({ at, type: "output", text });
const EVENTS: CastEvent[] = [
  output(0, "one "),
  output(1, "two "),
  { at: 1.5, type: "resize", cols: 50, rows: 6 },
  output(11.5, "three "),
  output(12, "four"),
];

/** A browser's frames, asked for one by one: time passes only here. */
let frames: ((now: number) => void)[] = [];
let now = 0;
function pass(ms: number): void {
  now += ms;
  for (const frame of frames.splice(0)) frame(now);
}

beforeEach(() => {
  frames = [];
  now = 0;
  vi.stubGlobal("requestAnimationFrame", (frame: (now: number) => void) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", () => {
    frames = [];
  });
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function createPlayer(events: readonly CastEvent[] = EVENTS) {
  const terminal = new Terminal({ cols: 1, rows: 1, allowProposedApi: true });
  let state: PlayerState = { position: -1, duration: -1, playing: false };
  const player = new CastPlayer(terminal, { header, events }, (told) => {
    state = told;
  });
  const shows = (text: string, size = "40x5") =>
    vi.waitFor(() => {
      expect(terminal.buffer.active.getLine(0)?.translateToString(true).trimEnd()).toBe(text);
      expect(`${terminal.cols}x${terminal.rows}`).toBe(size);
    }, 10_000);
  return { player, shows, state: () => state };
}

describe("a replay", () => {
  test("begins with the screen it was begun at, stopped", async () => {
    const { shows, state } = createPlayer();
    await shows("one");
    expect(state()).toEqual({ position: 0, duration: 12, playing: false });
  });

  test("shows each event at its time, at the speed that was chosen, and stops at the end", async () => {
    const { player, shows, state } = createPlayer();
    player.play();
    pass(900);
    await shows("one");
    pass(200);
    await shows("one two");
    player.setSpeed(4);
    pass(200);
    await shows("one two", "50x6");
    expect(state().position).toBeCloseTo(1.9);
    pass(2500);
    await shows("one two three", "50x6");
    pass(1000);
    await shows("one two three four", "50x6");
    expect(state()).toEqual({ position: 12, duration: 12, playing: false });
  });

  test("does not move while it is paused, and begins anew after its end", async () => {
    const { player, shows, state } = createPlayer();
    player.play();
    pass(500);
    player.pause();
    pass(5000);
    expect(state()).toMatchObject({ position: 0.5, playing: false });
    player.seek(99);
    await shows("one two three four", "50x6");
    player.play();
    expect(state()).toMatchObject({ position: 0, playing: true });
    await shows("one");
  });

  test("goes to any point, forwards and back, also while it is still writing", async () => {
    const { player, shows } = createPlayer();
    for (const position of [12, 0, 11.5, 1, 12, 1.2]) player.seek(position);
    await shows("one two");
    player.seek(11.9);
    await shows("one two three", "50x6");
    player.seek(0);
    await shows("one");
  });

  test("passes over long pauses, and stays where it was when they are put back", async () => {
    const { player, shows, state } = createPlayer();
    player.seek(1.6);
    player.setMaxPause(2);
    expect(state()).toMatchObject({ position: 1.6, duration: 4 });
    player.play();
    pass(1950);
    await shows("one two three", "50x6");
    player.setMaxPause(Number.POSITIVE_INFINITY);
    await shows("one two three", "50x6");
    expect(state().position).toBeCloseTo(11.55);
    expect(state().duration).toBe(12);
  });
});
