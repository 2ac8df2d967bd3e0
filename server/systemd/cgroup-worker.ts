// A program: the thread that reads trees of control groups. Reading one blocks, so the api does not do it itself.
import { parentPort } from "node:worker_threads";

import { type CgroupMounts, readCgroupMounts } from "./cgroup-mounts";
import type { ReadReply, ReadRequest } from "./cgroup-reader";
import { type RawTree, TreeReader, type TreeRequest, type Users } from "./cgroup-tree";
import { readUserNames } from "./user-names";

/** What is remembered of a machine is forgotten when nobody has asked for it so long. */
const FORGET_MS = 60_000;
/** Users come and go seldom. */
const USERS_MS = 10_000;

interface MachineMemory {
  reader: TreeReader;
  machineUsers: Map<number, string>;
  usersAt: number;
  usedAt: number;
}

const machines = new Map<number, MachineMemory>();
let mounts: CgroupMounts | undefined;
let hostUsers: { at: number; names: Map<number, string> } | undefined;

async function readTree(request: TreeRequest): Promise<RawTree | null> {
  const now = performance.now();
  for (const [pid, { usedAt }] of machines) if (now - usedAt > FORGET_MS) machines.delete(pid);
  const memory = machines.get(request.leaderPid) ?? open(request.leaderPid);
  memory.usedAt = now;
  const users = await readUsers(request.leaderPid, memory, now);
  return memory.reader.read(request, users);
}

function open(leaderPid: number): MachineMemory {
  mounts ??= readCgroupMounts();
  const memory = {
    reader: new TreeReader(mounts),
    machineUsers: new Map<number, string>(),
    usersAt: Number.NEGATIVE_INFINITY,
    usedAt: 0,
  };
  machines.set(leaderPid, memory);
  return memory;
}

async function readUsers(leaderPid: number, memory: MachineMemory, now: number): Promise<Users> {
  if (hostUsers === undefined || now - hostUsers.at > USERS_MS)
    hostUsers = { at: now, names: await readUserNames("/") };
  if (now - memory.usersAt > USERS_MS) {
    memory.machineUsers = await readUserNames(`/proc/${leaderPid}/root`);
    memory.usersAt = now;
  }
  return { host: hostUsers.names, machine: memory.machineUsers };
}

async function answer({ id, request }: ReadRequest): Promise<ReadReply> {
  try {
    return { id, tree: await readTree(request) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", (request: ReadRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply));
});
