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
