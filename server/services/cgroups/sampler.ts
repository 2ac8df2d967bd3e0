import type { CgroupSample } from "@/lib/cgroups";
import { AppError } from "@/lib/errors";
import type { CgroupReader } from "@/server/systemd/cgroup-reader";
import type { TreeRequest } from "@/server/systemd/cgroup-tree";
import type { Delegations } from "./delegations";
import { type Usage, usageOf, withRates } from "./rates";

export interface SampleListener {
  onSample(sample: CgroupSample): void;
  /** The machine has stopped; nothing more comes. */
  onGone(): void;
  /** It cannot be looked at; nothing more comes. */
  onFailed(error: unknown): void;
}

/** Looks at one machine as often as its most eager listener wants, for all of them, and not at all without one. */
export interface CgroupSampler {
  /** The newest sample comes at once where there is one. Returns what ends it. */
  join(intervalMs: number, listener: SampleListener): () => void;
}

interface Seat {
  intervalMs: number;
  /** When it is to be told next, by performance.now(). */
  dueAt: number;
  listener: SampleListener;
}

/** Timers are a little early or late; who wants every second must not miss every other. */
const SLACK_MS = 50;

/** Somebody who joins just after another look would see rates over so short a time that they mean nothing. */
const MIN_SPAN_USEC = 400_000;

/** So many readings in a row that fail are no accident. */
const MAX_FAILURES = 3;

const samplers = new WeakMap<CgroupReader, Map<string, CgroupSampler>>();

/** The sampler of a machine's present run: one, however many look. */
export function samplerOf(reader: CgroupReader, request: TreeRequest, delegations: Delegations): CgroupSampler {
  const open = samplers.get(reader) ?? new Map<string, CgroupSampler>();
  samplers.set(reader, open);
  const key = `${request.leaderPid} ${request.unit}`;
  const sampler = open.get(key) ?? createSampler(reader, request, delegations, () => open.delete(key));
  open.set(key, sampler);
  return sampler;
}

function createSampler(
  reader: CgroupReader,
  request: TreeRequest,
  delegations: Delegations,
  onEnd: () => void,
): CgroupSampler {
  const seats = new Set<Seat>();
  const ended = new AbortController();
  let usage: Usage | null = null;
  let timer: NodeJS.Timeout | undefined;
  let reading = false;
  let failures = 0;

  function end(): void {
    if (ended.signal.aborted) return;
    ended.abort(new AppError("UNAVAILABLE", "Nobody looks any more."));
    clearTimeout(timer);
    onEnd();
  }

  function plan(): void {
    if (reading || ended.signal.aborted) return;
    clearTimeout(timer);
    const next = Math.min(...[...seats].map(({ dueAt }) => dueAt));
    timer = setTimeout(() => void look(), Math.max(0, next - performance.now()));
  }

  async function look(): Promise<void> {
    reading = true;
    try {
      const tree = await reader.read(request, ended.signal);
      if (tree === null) return gone();
      const sample = withRates(tree, usage, delegations.in(tree));
      if (usage === null || tree.monotonicUsec - usage.monotonicUsec >= MIN_SPAN_USEC) usage = usageOf(tree);
      failures = 0;
      tell(sample);
    } catch (error) {
      // It is tried again at the next turn; a thread that failed has been told of in the log.
      failures += 1;
      if (failures === MAX_FAILURES || !(error instanceof AppError)) return fail(error);
      for (const seat of seats) seat.dueAt = performance.now() + seat.intervalMs;
    } finally {
      reading = false;
    }
    plan();
  }

  function tell(sample: CgroupSample): void {
    const now = performance.now();
    for (const seat of [...seats]) {
      if (seat.dueAt > now + SLACK_MS) continue;
      // Whoever lags does not catch up by many at once.
      seat.dueAt = Math.max(seat.dueAt + seat.intervalMs, now + seat.intervalMs / 2);
      seat.listener.onSample(sample);
    }
  }

  function gone(): void {
    end();
    for (const { listener } of [...seats]) listener.onGone();
  }

  function fail(error: unknown): void {
    end();
    for (const { listener } of [...seats]) listener.onFailed(error);
  }

  return {
    join(intervalMs, listener) {
      const seat: Seat = { intervalMs, dueAt: performance.now(), listener };
      seats.add(seat);
      plan();
      return () => {
        seats.delete(seat);
        if (seats.size === 0) end();
      };
    },
  };
}
