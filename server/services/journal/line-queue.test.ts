import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { LineQueue } from "./line-queue";

const ROOMY = { lines: 1000, bytes: 1000 };
const few = (lines: number) => ({ ...ROOMY, lines });
const queueOf = (most: { lines: number; bytes: number }) => new LineQueue<number>(most, () => 1);

describe("lines that wait for a reader", () => {
  it("come out in order, no more at once than asked for", () => {
    const queue = queueOf(few(10));
    for (const line of [1, 2, 3]) queue.push(line);
    expect(queue.newest).toBe(3);
    expect(queue.toArray()).toEqual([1, 2, 3]);
    expect(queue.take(few(2))).toEqual({ gap: 0, lines: [1, 2] });
    expect(queue.take(few(2))).toEqual({ gap: 0, lines: [3] });
    expect(queue.isEmpty).toBe(true);
    expect(queue.newest).toBeUndefined();
    expect(queue.take(few(2))).toEqual({ gap: 0, lines: [] });
  });

  it("give way from the oldest on, and the next taken tell how many did", () => {
    const queue = queueOf(few(3));
    for (let line = 1; line <= 8; line += 1) queue.push(line);
    expect(queue.take(few(2))).toEqual({ gap: 5, lines: [6, 7] });
    queue.push(9);
    expect(queue.take(few(5))).toEqual({ gap: 0, lines: [8, 9] });
  });

  it("are bounded by their bytes as well, and so is what is taken; the newest stays whatever its size", () => {
    const queue = new LineQueue<number>({ lines: 100, bytes: 10 }, (bytes) => bytes);
    for (const bytes of [4, 4, 2]) queue.push(bytes);
    expect(queue.gap).toBe(0);
    expect(queue.take({ lines: 100, bytes: 7 })).toEqual({ gap: 0, lines: [4] });
    queue.push(5);
    expect(queue.take(ROOMY)).toEqual({ gap: 1, lines: [2, 5] });
    queue.push(1);
    queue.push(50);
    expect(queue.toArray()).toEqual([50]);
    expect(queue.take({ lines: 100, bytes: 7 })).toEqual({ gap: 1, lines: [50] });
  });

  it("tell when they are about to give way", () => {
    const queue = new LineQueue<number>({ lines: 4, bytes: 100 }, (bytes) => bytes);
    queue.push(1);
    expect(queue.isHalfFull).toBe(false);
    queue.push(1);
    expect(queue.isHalfFull).toBe(true);
    queue.take(ROOMY);
    queue.push(50);
    expect(queue.isHalfFull).toBe(true);
  });

  it("are each told or counted exactly once, however they come and go", () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ take: fc.integer({ min: 1, max: 15 }) }),
    );
    const bound = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(bound, bound, fc.array(step, { maxLength: 40 }), (lines, bytes, steps) => {
        const queue = queueOf({ lines, bytes });
        let pushed = 0;
        let next = 0;
        const take = (most: number) => {
          const taken = queue.take(few(most));
          expect(taken.lines.length).toBeLessThanOrEqual(Math.min(most, lines, bytes));
          next += taken.gap;
          for (const line of taken.lines) expect(line).toBe(next++);
        };
        for (const one of steps) {
          if ("take" in one) take(one.take);
          else for (let n = 0; n < one.push; n += 1) queue.push(pushed++);
          expect(queue.toArray().length).toBeLessThanOrEqual(Math.min(lines, bytes));
        }
        while (!queue.isEmpty) take(5);
        expect(next).toBe(pushed);
      }),
    );
  });
});
