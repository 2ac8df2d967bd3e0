import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BRIDGE = "/usr/bin/systemd-stdio-bridge";
const KILL_AFTER_MS = 2000;
const MAX_STDERR_BYTES = 4096;
const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  // Run by a service it would tell the journal, as an error of that service, instead of its standard error.
  SYSTEMD_LOG_TARGET: "console",
};

/** A way into a machine's system bus, for one connection. */
export interface Bridge {
  /** D-Bus address: connect once. */
  address: string;
  /** What the bridge complained of, once it has ended; "" where of nothing. */
  complaint(): Promise<string>;
  close(): void;
}

/**
 * `systemd-stdio-bridge -M NAME`: joins the machine's pid, mount and user namespaces and connects there as its root, so it works with
 * user namespacing too. dbus-next's own `unixexec:` starts it and then waits for ever; here it gets the other end of a socket, which
 * only this process can have connected to, as its standard input and output.
 */
export async function openBridge(machine: string): Promise<Bridge> {
  // 0700 by mkdtemp: whoever could connect would be root in the machine.
  const directory = await mkdtemp(join(tmpdir(), "machineroom-bus-"));
  const path = join(directory, "bus");
  let child: ChildProcess | undefined;
  let complaint = Promise.resolve("");
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    close(server, directory);
    child = startBridge(machine, socket);
    complaint = collect(child);
  });
  server.listen(path);
  try {
    await once(server, "listening");
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    address: `unix:path=${path}`,
    complaint: () => complaint,
    close() {
      close(server, directory);
      if (child) end(child);
    },
  };
}

function close(server: Server, directory: string): void {
  server.close();
  // The socket's name has gone with close(); what is left is an empty directory.
  void rm(directory, { recursive: true, force: true }).catch(() => undefined);
}

function startBridge(machine: string, socket: Socket): ChildProcess {
  const child = spawn(BRIDGE, ["-M", machine], {
    env: { NODE_ENV: "production", ...ENVIRONMENT },
    stdio: [socket, socket, "pipe"],
  });
  // The child has its own copy; ours would keep the connection open after the bridge has ended.
  socket.destroy();
  return child;
}

function collect(child: ChildProcess): Promise<string> {
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    if (text.length < MAX_STDERR_BYTES) text += chunk.toString("utf8");
  });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", () => resolve(text.trim()));
  });
}

function end(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  child.once("exit", () => clearTimeout(timer));
}
