import { formatCommand } from "@/lib/commands";
import type { JournalBoot, JournalEntryDetails, JournalEntryRef, JournalPage, JournalQueryInput } from "@/lib/journal";
import { searchMark } from "@/lib/journal-cursor";
import { unitNameSchema } from "@/lib/units";
import { readJournalBoots, readJournalFields, readJournalUnits } from "@/server/systemd/journal-facts";
import { type Page, pageArguments, readJournalPage } from "@/server/systemd/journal-reader";
import { Semaphore } from "@/server/systemd/semaphore";
import { type FoundPage, searchBack } from "./search";
import { findJournal, type JournalDeps } from "./source";

/** journalctl reads whole files into memory: a few at once keep a disk busy. */
const AT_ONCE = 4;
const MAX_WAITING = 64;
const turns = new Semaphore(AT_ONCE, MAX_WAITING);

/** One page of a machine's journal, running or not. Errors: of findJournal, readJournalPage and searchBack. */
export async function queryJournal(
  deps: JournalDeps,
  { name, limit, cursor, direction, ...filter }: JournalQueryInput,
  signal?: AbortSignal,
): Promise<JournalPage> {
  const { place } = await findJournal(deps, name);
  const query = { place, filter, direction, cursor, limit };
  const read = () => readJournalPage({ ...query, signal });
  const search = () => searchBack({ ...query, signal });
  const isSearch = filter.grep !== undefined && direction === "backward";
  const page: Page & Partial<FoundPage> = await turns.run(isSearch ? search : read, signal);
  const { entries, more, problems, searchedTo = null } = page;
  const last = direction === "backward" ? entries.at(0) : entries.at(-1);
  return {
    entries,
    nextCursor: searchedTo !== null ? searchMark(searchedTo) : more ? (last?.cursor ?? null) : null,
    searchedTo,
    problems,
    command: formatCommand(["journalctl", ...pageArguments(query)]),
  };
}

/** All fields of one entry. Errors: of findJournal, NOT_FOUND. */
export async function readEntry(
  deps: JournalDeps,
  { name, cursor }: JournalEntryRef,
  signal?: AbortSignal,
): Promise<JournalEntryDetails> {
  const { place } = await findJournal(deps, name);
  const { line, fields } = await turns.run(() => readJournalFields(place, cursor, signal), signal);
  const command = formatCommand(["journalctl", place, "--output=verbose", "--lines=1", `--cursor=${cursor}`]);
  return { entry: line.entry, fields, command };
}

/** The boots a machine's journal has lines of, the newest first. */
export async function listJournalBoots(deps: JournalDeps, name: string, signal?: AbortSignal): Promise<JournalBoot[]> {
  const { place } = await findJournal(deps, name);
  return turns.run(() => readJournalBoots(place, signal), signal);
}

/** The units a machine's journal has lines of. */
export async function listJournalUnits(deps: JournalDeps, name: string, signal?: AbortSignal): Promise<string[]> {
  const { place } = await findJournal(deps, name);
  const units = await turns.run(() => readJournalUnits(place, signal), signal);
  return units.filter((unit) => unitNameSchema.safeParse(unit).success);
}
