import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createTRPCClient, createWSClient, TRPCClientError, wsLink } from "@trpc/client";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";

import { AppError, ERROR_CODES, type ErrorCode } from "@/lib/errors";
import { describeError } from "@/lib/trpc/describe-error";
import { reasonOf } from "@/lib/trpc/reason-of";
import type { Deps } from "@/server/services/deps";
import type { ActiveSession } from "./auth";
import { procedure, router } from "./trpc";
import { createTrpcSockets, type TrpcSockets } from "./trpc-socket";

type Numbers = (signal: AbortSignal | undefined) => AsyncGenerator<number>;

/** What the one subscription tells. */
let numbers: Numbers;
const testRouter = router({
  numbers: procedure("viewer").subscription(({ signal }) => numbers(signal)),
});

vi.mock("./app-router", () => ({
  get appRouter() {
    return testRouter;
  },
}));

const SECRET = "EACCES: permission denied, open '/var/lib/machineroom/auth-secret'";
const SESSION: ActiveSession = {
  sessionId: "s",
  user: { id: "u", email: "u@example.com", name: "U", role: "viewer" },
  expiresAt: new Date(0),
  setCookies: [],
};

let server: Server;
let sockets: TrpcSockets;
let socket: ReturnType<typeof createWSClient>;
let api: ReturnType<typeof createTRPCClient<typeof testRouter>>;
/** What reached the browser, as it was sent. */
let frames: string[];
let logged: string[];

class Browser extends WebSocket {
  constructor(url: string) {
    super(url);
    this.addEventListener("message", ({ data }) => frames.push(String(data)));
  }
}

beforeEach(async () => {
  frames = [];
  logged = [];
  sockets = createTrpcSockets({
    sockets: { track: () => undefined },
    createContext: (_request, { user, sessionId }) => ({
      user,
      sessionId,
      ip: null,
      log: pino({}, { write: (line: string) => void logged.push(line) }),
      deps: {} as Deps,
    }),
  });
  server = createServer().on("upgrade", (request, stream, head) =>
    sockets.handleUpgrade(request, stream, head, SESSION),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  socket = createWSClient({
    url: `ws://127.0.0.1:${port}/api/trpc`,
    WebSocket: Browser as unknown as typeof globalThis.WebSocket,
  });
  api = createTRPCClient<typeof testRouter>({ links: [wsLink({ client: socket })] });
});

afterEach(async () => {
  await socket.close();
  sockets.terminate();
  await new Promise((resolve) => server.close(resolve));
});

async function* failing(error: unknown): AsyncGenerator<number> {
  yield 1;
  throw error;
}

interface Ended {
  seen: number[];
  error: unknown;
}

/** Until the api ends it. */
function follow(source: Numbers): Promise<Ended> {
  numbers = source;
  const seen: number[] = [];
  return new Promise((resolve) => {
    api.numbers.subscribe(undefined, {
      onData: (value) => seen.push(value),
      onError: (error) => resolve({ seen, error }),
      onComplete: () => resolve({ seen, error: null }),
    });
  });
}

/** As the page tells it. */
const wordsOf = (error: unknown) => describeError(error, "unreachable");
const dataOf = (error: unknown): unknown => (error instanceof TRPCClientError ? error.data : null);

describe("a subscription that fails while it runs", () => {
  const STATUSES: Record<ErrorCode, [code: string, httpStatus: number]> = {
    NOT_FOUND: ["NOT_FOUND", 404],
    CONFLICT: ["CONFLICT", 409],
    INVALID: ["BAD_REQUEST", 400],
    FORBIDDEN: ["FORBIDDEN", 403],
    PRECONDITION: ["PRECONDITION_FAILED", 412],
    UNAVAILABLE: ["SERVICE_UNAVAILABLE", 503],
    TIMEOUT: ["TIMEOUT", 408],
    INTERNAL: ["INTERNAL_SERVER_ERROR", 500],
  };

  it.each(ERROR_CODES)("tells %s with what failed, why and what to try, as a query does", async (code) => {
    const cause = new Error(SECRET);
    const failure = new AppError(code, "arch is away.", { hint: "Start it.", reason: "away", cause });
    const { seen, error } = await follow(() => failing(failure));
    expect(seen).toEqual([1]);
    expect(wordsOf(error)).toEqual({ message: "arch is away.", hint: "Start it." });
    expect(reasonOf(error)).toBe("away");
    const [trpcCode, httpStatus] = STATUSES[code];
    expect(dataOf(error)).toMatchObject({ code: trpcCode, httpStatus, app: { code } });
    expect(frames.join()).not.toContain("auth-secret");
    expect(logged).toHaveLength(code === "INTERNAL" ? 1 : 0);
  });

  it.each([
    ["an error", new Error(SECRET)],
    ["output that does not parse", new z.ZodError([{ code: "custom", path: ["key"], message: SECRET }])],
    ["a text", SECRET],
  ])("keeps %s that nobody foresaw to the journal, where it stands once", async (_what, failure) => {
    const { seen, error } = await follow(() => failing(failure));
    expect(seen).toEqual([1]);
    expect(wordsOf(error)).toEqual({
      message: "Something went wrong inside Machineroom.",
      hint: expect.stringContaining("journalctl -u machineroom-api.service"),
    });
    expect(dataOf(error)).toMatchObject({ code: "INTERNAL_SERVER_ERROR", app: { code: "INTERNAL" } });
    expect(frames.join()).not.toContain("auth-secret");
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("auth-secret");
    expect(logged[0]).toContain('"procedure":"numbers"');
  });

  it("stands in the journal once, however many failed of it together", async () => {
    const failure = new Error(SECRET);
    for (const _page of [1, 2]) {
      const { error } = await follow(() => failing(failure));
      expect(wordsOf(error).message).toBe("Something went wrong inside Machineroom.");
    }
    expect(logged).toHaveLength(1);
  });

  it("leaves the socket and its other subscriptions as they are", async () => {
    await follow(() => failing(new AppError("TIMEOUT", "Too slow.")));
    const { seen, error } = await follow(async function* () {
      yield 2;
    });
    expect([seen, error]).toEqual([[2], null]);
  });

  it("is no fault where nobody listens any more", async () => {
    let tell: () => void = () => {};
    const over = new Promise<void>((resolve) => (tell = resolve));
    numbers = async function* (signal) {
      try {
        yield 1;
        await new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error(SECRET))));
      } finally {
        tell();
      }
    };
    const subscription = api.numbers.subscribe(undefined, { onData: () => subscription.unsubscribe() });
    await over;
    expect(await follow(() => failing(new AppError("NOT_FOUND", "Gone.")))).toMatchObject({ seen: [1] });
    expect(logged).toEqual([]);
    expect(frames.join()).not.toContain("auth-secret");
  });
});
