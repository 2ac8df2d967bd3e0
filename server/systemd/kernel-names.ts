import { readdir, readFile } from "node:fs/promises";

const NET = "/sys/class/net";

/** Names of the host's network interfaces of these indexes, as if_indextoname(3) tells them; those that are gone are left out. */
export async function interfaceNames(indexes: readonly number[]): Promise<string[]> {
  const names = await readdir(NET).catch(() => []);
  const known = await Promise.all(
    names.map(async (name) => ({ name, index: Number(await readText(`${NET}/${name}/ifindex`)) })),
  );
  return indexes.flatMap((index) => known.find((one) => one.index === index)?.name ?? []);
}

/** proc_pid_comm(5); null where there is no such process. */
export function processName(pid: number): Promise<string | null> {
  return readText(`/proc/${pid}/comm`);
}

async function readText(path: string): Promise<string | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  return text?.trim() ?? null;
}
