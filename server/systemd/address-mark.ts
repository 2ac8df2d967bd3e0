import { readFileSync } from "node:fs";

/**
 * What the kernel lists of the addresses in the network namespace of a process (net/fib_trie and net/if_inet6 of proc_pid_net(5)), to be
 * compared with an earlier answer: only sockets inside that namespace are told of a change. Null where it cannot be read.
 * Blocks for some 0.04 ms.
 */
export function readAddressMark(pid: number): string | null {
  const ipv4 = read(`/proc/${pid}/net/fib_trie`);
  // Missing where IPv6 is off.
  return ipv4 === null ? null : `${ipv4}${read(`/proc/${pid}/net/if_inet6`) ?? ""}`;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
