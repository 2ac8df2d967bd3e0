import { type ChildProcess, spawn } from "node:child_process";
import { Message, type MessageBus, systemBus } from "dbus-next";

const MACHINE1 = "org.freedesktop.machine1";
/** dbus-daemon allows 128 pending replies a connection. */
const MAX_IN_FLIGHT = 64;

/** Machines that are nothing but a process that sleeps. */
export interface Burst {
  names: string[];
  /** TerminateMachine for each of these, or for all. */
  terminate(names?: readonly string[]): Promise<void>;
  /** Kills what is left, and disconnects. */
  close(): Promise<void>;
}

/** Registers machines as fast as machined takes them: CreateMachine makes a scope for each, as for systemd-nspawn run by hand. */
export async function createMachines(names: readonly string[]): Promise<Burst> {
  const bus = systemBus();
  const leaders: ChildProcess[] = [];
  await inPool(names, async (name) => {
    const leader = spawn("/usr/bin/sleep", ["infinity"], { stdio: "ignore" });
    leaders.push(leader);
    if (leader.pid === undefined) throw new Error("sleep did not start");
    // Without an id and with no scope properties; the leader is never 0, which older machined's do not survive.
    const body = [name, Buffer.alloc(0), "burst", "container", leader.pid, "", []];
    await call(bus, "CreateMachine", "sayssusa(sv)", body);
  });
  return {
    names: [...names],
    terminate: (some = names) => inPool(some, (name) => call(bus, "TerminateMachine", "s", [name])),
    close: async () => {
      for (const leader of leaders) leader.kill("SIGKILL");
      bus.disconnect();
    },
  };
}

async function call(bus: MessageBus, member: string, signature: string, body: unknown[]): Promise<void> {
  const path = "/org/freedesktop/machine1";
  await bus.call(
    new Message({ destination: MACHINE1, path, interface: `${MACHINE1}.Manager`, member, signature, body }),
  );
}

async function inPool<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: MAX_IN_FLIGHT }, worker));
}
