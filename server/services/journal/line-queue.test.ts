import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { LineQueue } from "./line-queue";

describe("lines that wait for a reader", () => {
  it("come out in order, no more at once than asked for", () => {
    const queue = new LineQueue<number>(10);
    for (const line of [1, 2, 3]) queue.push(line);
    expect(queue.take(2)).toEqual({ gap: 0, lines: [1, 2] });
    expect(queue.take(2)).toEqual({ gap: 0, lines: [3] });
    expect(queue.isEmpty).toBe(true);
    expect(queue.take(2)).toEqual({ gap: 0, lines: [] });
  });

  it("give way from the oldest on, and the next taken tell how many did", () => {
    const queue = new LineQueue<number>(3);
    for (let line = 1; line <= 8; line += 1) queue.push(line);
    expect(queue.take(2)).toEqual({ gap: 5, lines: [6, 7] });
    queue.push(9);
    expect(queue.take(5)).toEqual({ gap: 0, lines: [8, 9] });
  });

  it("are each told or counted exactly once, however they come and go", () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ take: fc.integer({ min: 1, max: 15 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 40 }), (max, steps) => {
        const queue = new LineQueue<number>(max);
        let pushed = 0;
        let next = 0;
        const take = (most: number) => {
          const { gap, lines } = queue.take(most);
          expect(lines.length).toBeLessThanOrEqual(Math.min(most, max));
          next += gap;
          for (const line of lines) expect(line).toBe(next++);
        };
        for (const one of steps) {
          if ("take" in one) take(one.take);
          else for (let n = 0; n < one.push; n += 1) queue.push(pushed++);
        }
        while (!queue.isEmpty) take(5);
        expect(next).toBe(pushed);
      }),
    );
  });
});
