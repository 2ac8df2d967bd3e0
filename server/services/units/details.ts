import { AppError } from "@/lib/errors";
import type { UnitDetails, UnitRef } from "@/lib/units";
import { type LinkDeps, withManager } from "../inside/machine-link";
import { findJournal } from "../journal/source";

/** As many lines as `systemctl status` prints. */
const JOURNAL_LINES = 10;

/** What `systemctl -M NAME status UNIT` tells of a loaded unit, its last journal lines among it. Errors: NOT_FOUND. */
export async function readUnitDetails(deps: LinkDeps, { name, unit }: UnitRef): Promise<UnitDetails> {
  const details = await withManager(deps, name, (manager) => manager.details(unit));
  return { ...details, ...(await readLastLines(deps, name, details.unit)) };
}

/** A journal that must not be read, or cannot be, says nothing about the unit. */
async function readLastLines(
  deps: LinkDeps,
  name: string,
  unit: string,
): Promise<Pick<UnitDetails, "journal" | "journalRefusal">> {
  try {
    const { place } = await findJournal(deps, name);
    const lines = await deps.system.readJournal({ matches: [place, `--unit=${unit}`], limit: JOURNAL_LINES });
    return { journal: lines.map(({ entry }) => entry), journalRefusal: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { reason = null, message } = error;
    return { journal: [], journalRefusal: { reason, message } };
  }
}
