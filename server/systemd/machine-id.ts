import { AppError } from "@/lib/errors";
import { readTreeFile } from "./machine-tree";

const MACHINE_ID = /^[0-9a-f]{32}$/;

/** machine-id(5) of a tree, as systemd takes it; null where there is none (yet). */
export async function readMachineId(root: string): Promise<string | null> {
  const file = await readTreeFile(root, "etc/machine-id").catch((error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  });
  const id = file?.text.trim().toLowerCase() ?? "";
  return MACHINE_ID.test(id) ? id : null;
}
