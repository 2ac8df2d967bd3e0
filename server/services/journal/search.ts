import { AppError } from "@/lib/errors";
import type { JournalProblem } from "@/lib/journal";
import { microsOf, readSearchMark } from "@/lib/journal-cursor";
import { mergeProblems } from "@/lib/journal-problems";
import { type Page, type PageQuery, readJournalPage } from "@/server/systemd/journal-reader";

/** In this time a pattern is looked for in one go, as far back as it takes. */
const AT_ONCE_MS = 4000;
/** For an answer in all. */
const IN_ALL_MS = 10_000;
/** Where nothing is found at once, so much of the journal at least is searched at a time: it is known then how far. */
const SHORTEST_MS = 1000;
/** A stretch that took no longer is followed by a longer one; one that would take longer than this is tried again shorter. */
const QUICK_MS = 500;
const SLOW_MS = 2500;
/** The oldest entry is found within it, or the search goes on without. */
const OLDEST_MS = 1500;
const GROWTH = 4;
const SHRINKING = 16;
const EPOCH = "1970-01-01T00:00:00.000Z";

export interface FoundPage extends Page {
  /** Nothing was found from this moment on, in the time there was: the search goes on before it. */
  searchedTo: string | null;
}

interface SearchOptions {
  read?: (query: PageQuery) => Promise<Page>;
  now?: () => number;
}

/**
 * A page backward of lines that a pattern fits, from before the cursor, or on from where a search ended (searchMark). journalctl prints what fits, and nothing of how far it has looked: where that is rarely,
 * the journal is searched in stretches, so that an answer can say where the next one goes on. Errors: of readJournalPage; TIMEOUT only
 * where not even a short stretch could be searched.
 */
export async function searchBack(
  query: PageQuery,
  { read = readJournalPage, now = Date.now }: SearchOptions = {},
): Promise<FoundPage> {
  const endMs = now() + IN_ALL_MS;
  const searchedTo = readSearchMark(query.cursor);
  if (searchedTo === null) {
    const page = await unlessLate(read({ ...query, deadlineMs: AT_ONCE_MS }));
    if (page) return { ...page, searchedTo: null };
  }
  const { cursor, ...stretch } = query;
  const before = searchedTo === null ? cursor : undefined;
  const { grep, until, ...all } = query.filter;
  const oldestQuery: PageQuery = { ...stretch, filter: all, direction: "forward", limit: 1, deadlineMs: OLDEST_MS };
  const oldest = await unlessLate(read(oldestQuery));
  if (oldest?.entries.length === 0) return { ...oldest, more: false, searchedTo: null };
  const startMs = startOf(before, searchedTo ?? until);
  if (startMs !== null && startMs < Date.parse(all.since ?? EPOCH)) {
    return { entries: [], more: false, problems: [], searchedTo: null };
  }
  const oldestMs = Date.parse(oldest?.entries[0]?.at ?? all.since ?? EPOCH);
  return searchStretches({ ...stretch, before }, { startMs, oldestMs, endMs, read, now });
}

interface Stretches {
  /** Null: the end of the journal. */
  startMs: number | null;
  oldestMs: number;
  /** When the time for it is over. */
  endMs: number;
  read: (query: PageQuery) => Promise<Page>;
  now: () => number;
}

async function searchStretches(
  query: PageQuery,
  { startMs, oldestMs, endMs, read, now }: Stretches,
): Promise<FoundPage> {
  let problems: readonly JournalProblem[] = [];
  let toMs = startMs;
  let stretchMs = SHORTEST_MS;
  for (let beganMs = now(); beganMs < endMs; beganMs = now()) {
    const fromMs = Math.max(oldestMs, (toMs ?? beganMs) - stretchMs);
    const isLast = fromMs === oldestMs;
    // After a clock was set back there are earlier times behind the oldest entry.
    const since = isLast ? query.filter.since : isoOf(fromMs);
    const filter = { ...query.filter, since, ...(toMs !== null && { until: isoOf(toMs) }) };
    const leftMs = endMs - beganMs;
    const deadlineMs = stretchMs === SHORTEST_MS ? leftMs : Math.min(leftMs, SLOW_MS);
    const page = await unlessLate(read({ ...query, filter, deadlineMs }));
    if (!page) {
      stretchMs = Math.max(SHORTEST_MS, stretchMs / SHRINKING);
      continue;
    }
    problems = mergeProblems(problems, page.problems);
    if (page.entries.length > 0 || isLast) {
      return { ...page, more: page.more || !isLast, problems: [...problems], searchedTo: null };
    }
    toMs = fromMs;
    if (now() - beganMs < QUICK_MS) stretchMs *= GROWTH;
  }
  if (toMs === null || toMs === startMs) {
    throw new AppError("TIMEOUT", `Nothing was found in the journal within ${IN_ALL_MS / 1000} s.`, {
      hint: "Narrow the time range, or the units.",
    });
  }
  return { entries: [], more: true, problems: [...problems], searchedTo: isoOf(toMs) };
}

/** The moment before which is searched, in ms; null: the end of the journal, whatever its clock. */
function startOf(before: string | undefined, until: string | undefined): number | null {
  if (before !== undefined) return Math.ceil(microsOf(before) / 1000);
  return until === undefined ? null : Date.parse(until);
}

/** Null where nothing was found in its time. */
async function unlessLate(reading: Promise<Page>): Promise<Page | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AppError && error.code === "TIMEOUT") return null;
    throw error;
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
