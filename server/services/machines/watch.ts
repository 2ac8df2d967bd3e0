import type { MachineEvent } from "@/lib/machine";
import type { Deps } from "../deps";

/** Events a slow listener may lag behind before they are thrown away for a fresh snapshot. */
const MAX_QUEUED = 256;

/** A snapshot, then every change. Subscribes before it takes the snapshot, so that nothing falls between; ends with `signal`. */
export async function* watchMachines(
  { world }: Pick<Deps, "world">,
  signal: AbortSignal,
): AsyncGenerator<MachineEvent> {
  let queue: MachineEvent[] = [];
  let wake: () => void = () => {};
  const snapshot = (): MachineEvent => ({ type: "snapshot", machines: world.machines(), connected: world.connected });
  const unsubscribe = world.subscribe((event) => {
    queue.push(event);
    if (queue.length > MAX_QUEUED) queue = [snapshot()];
    wake();
  });
  const lookAway = world.attend();
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    yield snapshot();
    while (!signal.aborted) {
      const event = queue.shift();
      if (event) yield event;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted || queue.length > 0) resolve();
        });
    }
  } finally {
    lookAway();
    unsubscribe();
    signal.removeEventListener("abort", onAbort);
  }
}
