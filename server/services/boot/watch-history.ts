import { Bell } from "../inside/bell";
import type { BootRecorder } from "./recorder";

/** Tells whenever a boot of the machine has been written down, until `signal` aborts. */
export async function* watchHistory(
  { boots }: { boots: Pick<BootRecorder, "onRecorded"> },
  name: string,
  signal: AbortSignal,
): AsyncGenerator<{ bootId: string }> {
  const changed = new Bell();
  let newest: string | null = null;
  const stop = boots.onRecorded((boot) => {
    if (boot.machine !== name) return;
    newest = boot.bootId;
    changed.ring();
  });
  try {
    while (!signal.aborted) {
      await changed.wait(signal);
      if (newest !== null && !signal.aborted) yield { bootId: newest };
    }
  } finally {
    stop();
  }
}
