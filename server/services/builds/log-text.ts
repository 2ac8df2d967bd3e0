import type { Deps } from "../deps";
import { LogReader } from "./log-reader";
import { getBuild } from "./read";

export interface LogText {
  fileName: string;
  /** "TIME STEP TEXT" a line, as much as is written by now; nothing is read before it is asked for. */
  lines: AsyncGenerator<string>;
}

/** A build's log as plain text. Errors: NOT_FOUND. */
export async function readLogText(deps: Deps, id: string): Promise<LogText> {
  const { name } = await getBuild(deps, id);
  return { fileName: `build-${name}-${id}.log`, lines: textLines(deps.builds.files(id).log) };
}

async function* textLines(path: string): AsyncGenerator<string> {
  const reader = new LogReader(path);
  try {
    for await (const { at, step, text } of reader.lines()) yield `${at} ${step.padEnd(7)} ${text}\n`;
  } finally {
    await reader.close();
  }
}
