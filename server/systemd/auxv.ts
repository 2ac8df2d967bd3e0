import { readFileSync } from "node:fs";
import { endianness } from "node:os";

const AT_PAGESZ = 6;
const AT_CLKTCK = 17;

/** In what the kernel counts memory and processor time in procfs. */
export interface KernelUnits {
  pageBytes: number;
  ticksPerSec: number;
}

/** What sysconf(3) tells of _SC_PAGESIZE and _SC_CLK_TCK, from the auxiliary vector (getauxval(3)). */
export function readKernelUnits(auxv = readFileSync("/proc/self/auxv")): KernelUnits {
  const little = endianness() === "LE";
  const values = new Map<number, number>();
  for (let at = 0; at + 16 <= auxv.length; at += 16) {
    const [type, value] = [at, at + 8].map((offset) =>
      Number(little ? auxv.readBigUInt64LE(offset) : auxv.readBigUInt64BE(offset)),
    );
    if (type !== undefined && value !== undefined) values.set(type, value);
  }
  return { pageBytes: values.get(AT_PAGESZ) ?? 4096, ticksPerSec: values.get(AT_CLKTCK) ?? 100 };
}
