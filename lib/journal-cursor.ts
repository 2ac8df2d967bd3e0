/**
 * What of a cursor stays when journald moves its entry from memory to disk, as it does early in each boot: the file (`s`) and the number
 * in it (`i`) are others then; boot, times and content are not.
 */
function identityOf(cursor: string): string {
  const at = cursor.indexOf(";b=");
  return at === -1 ? cursor : cursor.slice(at);
}

/** Whether two cursors are of one entry. */
export function isSameEntry(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && identityOf(one) === identityOf(other));
}

/** No file of a journal, and no boot, has such an ID. */
const NONE = "0".repeat(32);
const MARK = new RegExp(`^s=${NONE};i=0;b=${NONE};m=0;t=([0-9a-f]+);x=0$`);

/** A cursor that is of no entry, but of the moment (ISO-8601) down to which a search backward has found nothing. */
export function searchMark(at: string): string {
  return `s=${NONE};i=0;b=${NONE};m=0;t=${(Date.parse(at) * 1000).toString(16)};x=0`;
}

/** The moment such a cursor is of; null where it is of an entry. */
export function readSearchMark(cursor: string | undefined): string | null {
  const micros = MARK.exec(cursor ?? "")?.[1];
  return micros === undefined ? null : new Date(Number.parseInt(micros, 16) / 1000).toISOString();
}

/** The moment of the entry a cursor is of, in µs since 1970; NaN where it is none. */
export function microsOf(cursor: string): number {
  return Number.parseInt(/;t=([0-9a-f]+);/.exec(cursor)?.[1] ?? "", 16);
}

/** The latest moment a Date can have, in µs since 1970. */
export const MAX_MICROS = 8.64e18;
