#!/usr/bin/env node
// Forwards a port of this machine's loopback into the network namespace of a lab: forward.mjs PID PORT [HOST [LISTEN-PORT]].
// A process can listen in one network namespace only, so a second copy of this file, started by nsenter, connects from
// inside; the two meet at a unix socket, which no network namespace hides.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

function pipe(from, to) {
  from.pipe(to).pipe(from);
  for (const [one, other] of [
    [from, to],
    [to, from],
  ]) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
  }
}

function inside(path, port) {
  createServer({ allowHalfOpen: true }, (client) =>
    pipe(client, connect({ host: "127.0.0.1", port, allowHalfOpen: true })),
  ).listen(path, () => process.stdout.write("ready\n"));
  // The other half holds our stdin; when it ends, however it ends, so do we.
  process.stdin.resume().on("end", () => process.exit(0));
}

function outside(pid, port, host, listenPort) {
  const directory = mkdtempSync(join(tmpdir(), "machineroom-forward-"));
  const path = join(directory, "socket");
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(0));
  const helper = spawn(
    "nsenter",
    ["-t", pid, "-n", "--", process.execPath, process.argv[1], "--inside", path, String(port)],
    { stdio: ["pipe", "pipe", "inherit"], detached: true },
  );
  helper.on("exit", (code) => process.exit(code ?? 1));
  helper.stdout.once("data", () => {
    createServer({ allowHalfOpen: true }, (client) => pipe(client, connect({ path, allowHalfOpen: true })))
      .on("error", (error) => {
        process.stderr.write(`forward: ${error.message}\n`);
        process.exit(1);
      })
      .listen(listenPort, host);
  });
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--inside") inside(rest[0], Number(rest[1]));
else outside(first, Number(rest[0]), rest[1] ?? "127.0.0.1", Number(rest[2] ?? rest[0]));
