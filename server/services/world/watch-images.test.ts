import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { type ImageWatch, watchImages } from "./watch-images";

let base: string;
let watch: ImageWatch | undefined;
const onChange = vi.fn();

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "images-"));
  onChange.mockClear();
});
afterEach(() => {
  watch?.close();
  rmSync(base, { recursive: true, force: true });
});

/** Does it, and waits until the watch has told. */
async function expectTold(change: () => void): Promise<void> {
  onChange.mockClear();
  change();
  await vi.waitFor(() => expect(onChange).toHaveBeenCalled(), { timeout: 10_000, interval: 5 });
}

it("tells of images that come, are renamed and go", async () => {
  const pool = join(base, "machines");
  mkdirSync(pool);
  watch = watchImages(onChange, [pool]);
  await expectTold(() => mkdirSync(join(pool, "a")));
  await expectTold(() => renameSync(join(pool, "a"), join(pool, "b")));
  await expectTold(() => rmSync(join(pool, "b"), { recursive: true }));
});

it("tells of a hidden tree only when it becomes an image", async () => {
  watch = watchImages(onChange, [base]);
  mkdirSync(join(base, ".build-1"));
  await expectTold(() => renameSync(join(base, ".build-1"), join(base, "a")));
  expect(onChange).toHaveBeenCalledTimes(1);
});

it("finds a directory that is made later, goes, and comes again", async () => {
  const pool = join(base, "lib", "machines");
  watch = watchImages(onChange, [pool]);
  await expectTold(() => mkdirSync(pool, { recursive: true }));
  await expectTold(() => mkdirSync(join(pool, "a")));
  await expectTold(() => rmSync(join(base, "lib"), { recursive: true }));
  await expectTold(() => mkdirSync(pool, { recursive: true }));
  await expectTold(() => mkdirSync(join(pool, "b")));
});

it("gathers writes to a raw image", async () => {
  const raw = join(base, "a.raw");
  writeFileSync(raw, "");
  watch = watchImages(onChange, [base]);
  await expectTold(() => {
    for (let block = 0; block < 50; block += 1) writeFileSync(raw, String(block));
  });
  expect(onChange).toHaveBeenCalledTimes(1);
});
