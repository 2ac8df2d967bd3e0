import { EventEmitter } from "node:events";
import { type Message, type MessageBus, sessionBus, Message as WireMessage } from "dbus-next";
import type { Logger } from "pino";
import type { z } from "zod";

import { AppError } from "@/lib/errors";
import { translateDbusError } from "./dbus-errors";
import { Semaphore } from "./semaphore";

/** dbus-daemon refuses more than 128 pending replies a connection; half of it leaves room and loses no speed. */
const MAX_IN_FLIGHT = 64;
const DEFAULT_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5000;
const BACKOFF_MS = [100, 250, 500, 1000, 2000, 5000];
const SIGNAL_TYPE = 4;

export interface BusCall<T> {
  destination: string;
  path: string;
  interface: string;
  member: string;
  signature?: string;
  body?: unknown[];
  /** Parses the reply's arguments. */
  reply: z.ZodType<T>;
  /** 0 waits for ever: for calls whose reply comes when long work has ended. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export type BusSignal = Pick<Message, "path" | "interface" | "member" | "body" | "sender">;

/** One connection to a D-Bus: bounded, parsed, found again with back-off when the bus goes away. */
export class Bus {
  readonly #address: string;
  readonly #log: Logger;
  readonly #semaphore = new Semaphore(MAX_IN_FLIGHT);
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #matches = new Set<string>();
  #bus: MessageBus | null = null;
  #abort = new AbortController();
  #closed = false;
  #attempt = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(address: string, log: Logger) {
    this.#address = address;
    this.#log = log;
  }

  get connected(): boolean {
    return this.#bus !== null;
  }

  /** Tries once to connect; a failure starts the retries in the background and is told by the state alone. */
  async connect(): Promise<void> {
    if (this.#closed || this.#bus) return;
    try {
      const bus = await openBus(this.#address, () => this.#lost());
      if (this.#closed) {
        bus.disconnect();
        return;
      }
      this.#attempt = 0;
      this.#abort = new AbortController();
      this.#bus = bus;
      bus.on("message", (message: Message) => {
        if (message.type === SIGNAL_TYPE) this.#events.emit("signal", message);
      });
      for (const rule of this.#matches) await this.#addMatch(rule);
      this.#events.emit("state", true);
    } catch (error) {
      this.#log.warn({ err: error }, "the system bus is not reachable");
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
    if (this.#bus) await this.#addMatch(rule);
  }

  /** One method call. Throws AppErrors only: translated D-Bus errors, TIMEOUT, UNAVAILABLE. */
  call<T>(call: BusCall<T>): Promise<T> {
    const what = `${call.interface}.${call.member}`;
    return this.#semaphore.run(async () => {
      const bus = this.#bus;
      if (!bus)
        throw new AppError("UNAVAILABLE", "The host's system bus is not reachable.", { hint: "Is dbus running?" });
      const message = new WireMessage({
        destination: call.destination,
        path: call.path,
        interface: call.interface,
        member: call.member,
        signature: call.signature ?? "",
        body: call.body ?? [],
      });
      const signals = [this.#abort.signal, ...(call.signal ? [call.signal] : [])];
      const timeoutMs = call.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      if (timeoutMs > 0) signals.push(AbortSignal.timeout(timeoutMs));
      const reply = await raceAbort(bus.call(message), AbortSignal.any(signals), what).catch((error: unknown) => {
        throw translateDbusError(error, what);
      });
      const parsed = call.reply.safeParse(reply?.body ?? []);
      if (!parsed.success)
        throw new AppError("INTERNAL", `${what} answered in an unknown form.`, { cause: parsed.error });
      return parsed.data;
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#abort.abort();
    this.#bus?.disconnect();
    this.#bus = null;
  }

  async #addMatch(rule: string): Promise<void> {
    await this.#bus?.call(
      new WireMessage({
        destination: "org.freedesktop.DBus",
        path: "/org/freedesktop/DBus",
        interface: "org.freedesktop.DBus",
        member: "AddMatch",
        signature: "s",
        body: [rule],
      }),
    );
  }

  #lost(): void {
    if (!this.#bus) return;
    this.#bus = null;
    this.#abort.abort();
    if (this.#closed) return;
    this.#log.warn("the system bus went away");
    this.#events.emit("state", false);
    this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    if (this.#closed) return;
    const delay = BACKOFF_MS[Math.min(this.#attempt, BACKOFF_MS.length - 1)] ?? 5000;
    this.#attempt += 1;
    this.#retry = setTimeout(() => void this.connect(), delay);
  }
}

/** dbus-next tells a lost connection on its inner connection only. */
function innerConnection(bus: MessageBus): EventEmitter {
  const connection: unknown = Reflect.get(bus, "_connection");
  if (!(connection instanceof EventEmitter)) throw new Error("dbus-next has no connection to listen to");
  return connection;
}

async function openBus(busAddress: string, onLost: () => void): Promise<MessageBus> {
  const bus = sessionBus({ busAddress });
  innerConnection(bus).once("end", () => onLost());
  // dbus-next emits "error" on the bus but leaves it out of its types.
  const errors: EventEmitter = bus as unknown as EventEmitter;
  errors.on("error", () => {
    if (bus.name) onLost();
  });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the bus did not answer Hello")), CONNECT_TIMEOUT_MS);
    const settle = (error?: unknown) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    };
    bus.once("connect", () => settle());
    errors.once("error", (error: unknown) => settle(error));
  });
  return bus;
}

async function raceAbort<T>(promise: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  let onAbort: () => void = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      const timedOut = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
      reject(
        timedOut
          ? new AppError("TIMEOUT", `${what} did not answer in time.`, { hint: "The host may be busy. Try again." })
          : new AppError("UNAVAILABLE", `${what} was cut off.`, { hint: "The system bus went away. Try again." }),
      );
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
