import { describe, expect, it } from "vitest";

import { Semaphore } from "./semaphore";

/** A task that ends when told. */
function held(): { task: () => Promise<string>; end: () => void } {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { task: () => ended.then(() => "done"), end };
}

describe("Semaphore", () => {
  it("runs no more than its limit, the others in order", async () => {
    const semaphore = new Semaphore(2);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        semaphore.run(async () => {
          running += 1;
          most = Math.max(most, running);
          order.push(index);
          await Promise.resolve();
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("lets go of the place when a task fails", async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await semaphore.run(async () => "next")).toBe("next");
  });

  it("forgets who stops waiting, and never runs what they wanted", async () => {
    const semaphore = new Semaphore(1);
    const first = held();
    const running = semaphore.run(first.task);
    const abort = new AbortController();
    let ran = false;
    const waiting = semaphore.run(async () => {
      ran = true;
    }, abort.signal);
    abort.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    first.end();
    expect(await running).toBe("done");
    expect(await semaphore.run(async () => "free")).toBe("free");
    expect(ran).toBe(false);
  });

  it("refuses more than it may keep waiting", async () => {
    const semaphore = new Semaphore(1, 1);
    const first = held();
    const running = semaphore.run(first.task);
    const second = semaphore.run(async () => "second");
    await expect(semaphore.run(async () => "third")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    first.end();
    expect(await Promise.all([running, second])).toEqual(["done", "second"]);
  });
});
