import type { UnitDetails, UnitRef } from "@/lib/units";
import { type LinkDeps, withManager } from "../inside/machine-link";

/** As many lines as `systemctl status` prints. */
const JOURNAL_LINES = 10;

/** What `systemctl -M NAME status UNIT` tells of a loaded unit, its last journal lines among it. Errors: NOT_FOUND. */
export async function readUnitDetails(deps: LinkDeps, { name, unit }: UnitRef): Promise<UnitDetails> {
  const details = await withManager(deps, name, (manager) => manager.details(unit));
  const matches = [`--machine=${name}`, `--unit=${details.unit}`];
  const lines = await deps.system.readJournal({ matches, limit: JOURNAL_LINES });
  return { ...details, journal: lines.map(({ entry }) => entry) };
}
