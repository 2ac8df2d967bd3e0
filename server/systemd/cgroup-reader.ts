import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Logger } from "pino";

import { AppError } from "@/lib/errors";
import { packageRoot } from "@/server/package-root";
import type { RawTree, TreeRequest } from "./cgroup-tree";
import { withinLimits } from "./deadline";

const READ_TIMEOUT_MS = 10_000;
/** The thread ends when nobody has asked for so long: it takes some 10 MB. */
const IDLE_MS = 30_000;

export interface ReadRequest {
  id: number;
  request: TreeRequest;
}

export type ReadReply = { id: number; tree: RawTree | null } | { id: number; error: string };

/** Reads trees of control groups, in a thread of its own. */
export interface CgroupReader {
  /** Null where the machine has gone. Errors: TIMEOUT, UNAVAILABLE (the thread ended). */
  read(request: TreeRequest, signal?: AbortSignal): Promise<RawTree | null>;
  close(): Promise<void>;
}

interface Waiting {
  resolve: (tree: RawTree | null) => void;
  reject: (error: AppError) => void;
}

interface Thread {
  worker: Worker;
  waiting: Map<number, Waiting>;
}

export function createCgroupReader(log: Logger, { idleMs = IDLE_MS } = {}): CgroupReader {
  let thread: Thread | undefined;
  let idle: NodeJS.Timeout | undefined;
  let nextId = 1;

  function start(): Thread {
    const worker = new Worker(join(packageRoot(), "dist/cgroup-worker.js"));
    worker.unref();
    const started: Thread = { worker, waiting: new Map() };
    worker.on("message", (reply: ReadReply) => {
      const waiting = started.waiting.get(reply.id);
      started.waiting.delete(reply.id);
      if ("tree" in reply) waiting?.resolve(reply.tree);
      else waiting?.reject(new AppError("INTERNAL", `The control groups could not be read: ${reply.error}`));
    });
    worker.on("error", (error) => log.error({ err: error }, "the thread that reads control groups failed"));
    worker.on("exit", () => {
      if (thread === started) thread = undefined;
      for (const { reject } of started.waiting.values()) reject(ended());
      started.waiting.clear();
    });
    return started;
  }

  async function stop(): Promise<void> {
    clearTimeout(idle);
    const stopping = thread;
    thread = undefined;
    await stopping?.worker.terminate();
  }

  return {
    read(request, signal) {
      clearTimeout(idle);
      idle = setTimeout(() => void stop(), idleMs).unref();
      thread ??= start();
      const { worker, waiting } = thread;
      const id = nextId++;
      const limits = { timeoutMs: READ_TIMEOUT_MS, signals: [signal] };
      return withinLimits("reading the control groups", limits, () => {
        return new Promise<RawTree | null>((resolve, reject) => {
          waiting.set(id, { resolve, reject });
          worker.postMessage({ id, request } satisfies ReadRequest);
        });
      }).finally(() => waiting.delete(id));
    },
    close: stop,
  };
}

function ended(): AppError {
  return new AppError("UNAVAILABLE", "The control groups could not be read.", { hint: "Try again in a moment." });
}
