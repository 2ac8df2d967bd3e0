import { EventEmitter } from "node:events";
import { Duplex } from "node:stream";
import { type Message, type MessageBus, sessionBus, Message as WireMessage } from "dbus-next";

import { withinLimits } from "./deadline";

const CONNECT_TIMEOUT_MS = 5000;

/** Header fields and arguments of one method call. */
export interface MethodCall {
  destination: string;
  path: string;
  interface: string;
  member: string;
  signature?: string;
  body?: unknown[];
}

/** One connection to a bus daemon, from a successful Hello to its end. */
export class BusConnection {
  readonly #bus: MessageBus;
  #ended = false;
  /** Calls of this turn are still gathered. */
  #gathering = false;

  private constructor(bus: MessageBus) {
    this.#bus = bus;
  }

  /** Connects and says Hello. `onLost` is called once when the connection ends without close(). Errors: whatever failed, TIMEOUT. */
  static async open(address: string, onLost: () => void): Promise<BusConnection> {
    const bus = sessionBus({ busAddress: address });
    const connection = new BusConnection(bus);
    const lost = () => {
      if (connection.#ended) return;
      connection.close();
      onLost();
    };
    try {
      await withinLimits("the bus", { timeoutMs: CONNECT_TIMEOUT_MS, signals: [] }, () => hello(bus));
    } catch (error) {
      connection.close();
      throw error;
    }
    innerConnection(bus).once("end", lost);
    // Also a message that cannot be decoded: what follows it on the stream could not be trusted.
    events(bus).on("error", lost);
    return connection;
  }

  onMessage(listener: (message: Message) => void): void {
    this.#bus.on("message", listener);
  }

  /** The reply's arguments. Throws dbus-next's errors, and waits as long as the answer takes. */
  async call(call: MethodCall): Promise<unknown[]> {
    this.#gather();
    const reply = await this.#bus.call(
      new WireMessage({ ...call, signature: call.signature ?? "", body: call.body ?? [] }),
    );
    return reply?.body ?? [];
  }

  close(): void {
    this.#ended = true;
    this.#bus.disconnect();
    // disconnect() only ends our half; a daemon that hangs would keep the other.
    this.#stream()?.destroy();
  }

  /** Calls made in one turn leave in one write: of a hundred of them the writes are what takes the time, here and in the daemon. */
  #gather(): void {
    const stream = this.#stream();
    if (this.#gathering || !stream) return;
    this.#gathering = true;
    stream.cork();
    process.nextTick(() => {
      this.#gathering = false;
      stream.uncork();
    });
  }

  #stream(): Duplex | null {
    const stream: unknown = Reflect.get(innerConnection(this.#bus), "stream");
    return stream instanceof Duplex ? stream : null;
  }
}

function hello(bus: MessageBus): Promise<void> {
  return new Promise((resolve, reject) => {
    bus.once("connect", () => resolve());
    // A listener that stays, or an error after close() would be an uncaught one.
    events(bus).on("error", reject);
    innerConnection(bus).once("end", () => reject(new Error("the bus closed the connection")));
  });
}

/** dbus-next emits "error" on the bus but leaves it out of its types. */
function events(bus: MessageBus): EventEmitter {
  return bus as unknown as EventEmitter;
}

/** dbus-next tells a lost connection on its inner connection only. */
function innerConnection(bus: MessageBus): EventEmitter {
  const connection: unknown = Reflect.get(bus, "_connection");
  if (!(connection instanceof EventEmitter)) throw new Error("dbus-next has no connection to listen to");
  return connection;
}
