/** Which rows of a list are selected, by name; those a filter hides stay selected. */
export interface RowSelection {
  names: ReadonlySet<string>;
  /** The row touched last: where a range begins. */
  anchor: string | null;
}

export const NOTHING_SELECTED: RowSelection = { names: new Set(), anchor: null };

/** Selects the row or takes it out; with `asRange` all from the row touched last to this one in `order`, as this one. */
export function toggleRow(
  { names, anchor }: RowSelection,
  order: readonly string[],
  name: string,
  asRange: boolean,
): RowSelection {
  const select = !names.has(name);
  const [from, to] = [anchor === null ? -1 : order.indexOf(anchor), order.indexOf(name)];
  const range = asRange && from >= 0 && to >= 0 ? order.slice(Math.min(from, to), Math.max(from, to) + 1) : [name];
  return { names: withRows(names, range, select), anchor: name };
}

/** Selects all these rows; where they are selected already, takes them out. */
export function toggleAllRows({ names, anchor }: RowSelection, order: readonly string[]): RowSelection {
  return { names: withRows(names, order, !order.every((name) => names.has(name))), anchor };
}

function withRows(names: ReadonlySet<string>, rows: readonly string[], select: boolean): ReadonlySet<string> {
  const next = new Set(names);
  for (const row of rows) {
    if (select) next.add(row);
    else next.delete(row);
  }
  return next;
}
