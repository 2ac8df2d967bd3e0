import type { CgroupRow } from "./cgroup-view";

/** Which row a key leads to, or what it does to the present one; null for keys of no meaning here. */
export function stepOf(key: string, rows: readonly CgroupRow[], at: number): { to: number } | { open: boolean } | null {
  const row = rows[at];
  // The topmost is all there is: it is never folded.
  const group = row?.kind === "group" && row.level > 1 ? row : null;
  if (key === "ArrowDown") return { to: Math.min(at + 1, rows.length - 1) };
  if (key === "ArrowUp") return { to: Math.max(at - 1, 0) };
  if (key === "Home") return { to: 0 };
  if (key === "End") return { to: rows.length - 1 };
  if (key === "Enter" || key === " ") return group && { open: !group.open };
  if (key === "ArrowRight" && row?.level === 1) return { to: Math.min(1, rows.length - 1) };
  if (key === "ArrowRight") return group && (group.open ? { to: Math.min(at + 1, rows.length - 1) } : { open: true });
  if (key !== "ArrowLeft") return null;
  if (group?.open) return { open: false };
  const parent = rows.findIndex((one) => one.key === row?.parent);
  return parent === -1 ? null : { to: parent };
}
