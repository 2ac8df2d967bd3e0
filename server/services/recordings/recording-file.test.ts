import { expect, test, vi } from "vitest";

import { aCastHeader } from "@/lib/test-cast";
import { RecordingFile } from "./recording-file";

const header = aCastHeader();
const FULL = new Error("ENOSPC: no space left on device");

/** A recording on a disk whose writes wait for `writes`. */
function createFile(writes: Promise<void>) {
  const onEnd = vi.fn();
  const onLost = vi.fn();
  const sink = { write: () => writes, close: async () => undefined };
  return { file: new RecordingFile({ sink, header, limitBytes: 1_000_000, onEnd, onLost }), onEnd, onLost };
}

test("a disk that fails while it is made ends it, and says why", async () => {
  const { file, onEnd, onLost } = createFile(Promise.reject(FULL));
  file.output(Buffer.from("hello"));
  await vi.waitFor(() => expect(onEnd).toHaveBeenCalled(), 10_000);
  expect(onEnd).toHaveBeenCalledExactlyOnceWith({ why: "disk", limitBytes: 1_000_000, error: FULL.message });
  expect(onLost).not.toHaveBeenCalled();
});

test("a disk that fails after it was stopped is told, too: its last lines are not there", async () => {
  let fail: (error: Error) => void = () => undefined;
  const writes = new Promise<void>((_, reject) => {
    fail = reject;
  });
  const { file, onEnd, onLost } = createFile(writes);
  file.output(Buffer.from("hello"));
  file.end("stopped");
  fail(FULL);
  await file.closed();
  expect(onEnd).toHaveBeenCalledExactlyOnceWith({ why: "stopped", limitBytes: 1_000_000, error: null });
  expect(onLost).toHaveBeenCalledExactlyOnceWith(FULL);
});
