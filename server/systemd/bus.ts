import { EventEmitter, setMaxListeners } from "node:events";
import type { Message } from "dbus-next";
import type { Logger } from "pino";
import type { z } from "zod";

import { AppError } from "@/lib/errors";
import { BusConnection, type MethodCall } from "./bus-connection";
import { translateDbusError } from "./dbus-errors";
import { withinLimits } from "./deadline";
import { Semaphore } from "./semaphore";

/** dbus-daemon refuses more than 128 pending replies a connection; these leave room and lose no speed. */
const MAX_IN_FLIGHT = 64;
/** Calls that answer when long work has ended have places of their own, or they would hold up the quick ones. */
const MAX_LONG_IN_FLIGHT = 32;
const MAX_WAITING = 8192;
const DEFAULT_TIMEOUT_MS = 10_000;
/** Trying costs next to nothing, and rows have to be true again a second after the bus is back. */
const BACKOFF_MS = [50, 100, 250, 500];
const SIGNAL_TYPE = 4;

export interface BusCall<T> extends MethodCall {
  /** Parses the reply's arguments. */
  reply: z.ZodType<T>;
  /** From the call to its answer, waiting included. 0 waits for ever: for calls whose reply comes when long work has ended. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface BusOptions {
  /** False: a connection that fails or is lost is not tried again; connect() throws what failed. */
  reconnect?: boolean;
  /** What a call is told while there is no connection. */
  unreachable?: () => AppError;
}

export type BusSignal = Pick<Message, "path" | "interface" | "member" | "body" | "sender">;

/** A D-Bus: calls bounded and parsed, the connection found again with back-off when the bus goes away. */
export class Bus {
  readonly #address: string;
  readonly #log: Logger;
  readonly #reconnect: boolean;
  readonly #unreachable: () => AppError;
  readonly #quick = new Semaphore(MAX_IN_FLIGHT, MAX_WAITING);
  readonly #long = new Semaphore(MAX_LONG_IN_FLIGHT, MAX_WAITING);
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #matches = new Set<string>();
  #connection: BusConnection | null = null;
  /** Aborts when the present connection is lost. */
  #lost = new AbortController();
  #closed = false;
  #attempt = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(address: string, log: Logger, { reconnect = true, unreachable = hostUnreachable }: BusOptions = {}) {
    this.#address = address;
    this.#log = log;
    this.#reconnect = reconnect;
    this.#unreachable = unreachable;
  }

  get connected(): boolean {
    return this.#connection !== null;
  }

  /** Tries once to connect; a failure starts the retries in the background and is told by the state alone. Without retries it throws. */
  async connect(): Promise<void> {
    if (this.#closed || this.#connection) return;
    const lost = new AbortController();
    setMaxListeners(0, lost.signal);
    try {
      const connection = await BusConnection.open(this.#address, () => this.#onLost(lost));
      connection.onMessage((message) => {
        if (message.type === SIGNAL_TYPE) this.#events.emit("signal", message);
      });
      this.#lost = lost;
      this.#connection = connection;
      await Promise.all([...this.#matches].map((rule) => this.#addMatch(rule)));
      if (this.#connection !== connection) return;
      if (this.#closed) return this.close();
      if (this.#attempt > 0) this.#log.info("the bus is reachable again");
      this.#attempt = 0;
      this.#events.emit("state", true);
    } catch (error) {
      this.#drop(lost);
      if (!this.#reconnect) throw error;
      if (this.#attempt === 0) this.#log.warn({ err: error }, "the bus is not reachable");
      this.#scheduleRetry();
    }
  }

  /** Told with true when the bus came (back), with false when it went away. */
  onState(listener: (connected: boolean) => void): () => void {
    this.#events.on("state", listener);
    return () => this.#events.off("state", listener);
  }

  onSignal(listener: (signal: BusSignal) => void): () => void {
    this.#events.on("signal", listener);
    return () => this.#events.off("signal", listener);
  }

  /** Asks for signals that fit the rule, now and after every reconnection. */
  async match(rule: string): Promise<void> {
    if (this.#matches.has(rule)) return;
    this.#matches.add(rule);
    if (!this.#connection) return;
    const lost = this.#lost;
    // Signals nobody sends us would be missed for ever: a new connection asks again.
    await this.#addMatch(rule).catch(() => this.#onLost(lost));
  }

  /** One method call. Throws AppErrors only: translated D-Bus errors, TIMEOUT, UNAVAILABLE. */
  async call<T>(call: BusCall<T>): Promise<T> {
    const { reply, timeoutMs = DEFAULT_TIMEOUT_MS, signal: caller, ...method } = call;
    const what = `${call.interface}.${call.member}`;
    const places = timeoutMs > 0 ? this.#quick : this.#long;
    const body = await withinLimits(what, { timeoutMs, signals: [caller, this.#lost.signal] }, (signal) =>
      places.run(async () => this.#send(method, what), signal),
    );
    const parsed = reply.safeParse(body);
    if (!parsed.success)
      throw new AppError("INTERNAL", `${what} answered in an unknown form.`, { cause: parsed.error });
    return parsed.data;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#drop(this.#lost);
  }

  async #send(method: MethodCall, what: string): Promise<unknown[]> {
    const connection = this.#connection;
    if (!connection) throw this.#unreachable();
    try {
      return await connection.call(method);
    } catch (error) {
      throw translateDbusError(error, what);
    }
  }

  async #addMatch(rule: string): Promise<void> {
    const limits = { timeoutMs: DEFAULT_TIMEOUT_MS, signals: [this.#lost.signal] };
    const call = {
      destination: "org.freedesktop.DBus",
      path: "/org/freedesktop/DBus",
      interface: "org.freedesktop.DBus",
      member: "AddMatch",
      signature: "s",
      body: [rule],
    };
    await withinLimits("AddMatch", limits, () => this.#send(call, "AddMatch"));
  }

  #onLost(lost: AbortController): void {
    if (lost !== this.#lost || !this.#connection) return;
    this.#drop(lost);
    if (this.#closed) return;
    if (this.#reconnect) this.#log.warn("the bus went away");
    this.#attempt = 1;
    this.#events.emit("state", false);
    this.#scheduleRetry();
  }

  /** Ends the connection this controller belongs to, and with it every call under way. */
  #drop(lost: AbortController): void {
    if (lost === this.#lost) {
      this.#connection?.close();
      this.#connection = null;
    }
    lost.abort(this.#unreachable());
  }

  #scheduleRetry(): void {
    if (this.#closed || !this.#reconnect) return;
    const delay = BACKOFF_MS[Math.min(this.#attempt, BACKOFF_MS.length - 1)] ?? 500;
    this.#attempt += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.connect(), delay);
  }
}

function hostUnreachable(): AppError {
  return new AppError("UNAVAILABLE", "The host's system bus is not reachable.", {
    hint: "Machineroom reconnects by itself. If this lasts, look at dbus.service on the host.",
  });
}
