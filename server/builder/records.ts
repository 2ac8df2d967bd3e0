import { closeSync, ftruncateSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";

import { type BuildLogLine, type BuildResult, type BuildStatus, type BuildStepName, pendingSteps } from "@/lib/build";
import { formatCommand } from "@/lib/commands";
import type { BuildFiles } from "@/server/build-files";

/** A build that prints without end must not fill the disk. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;
/** Lines that wait for a full disk to have room again (the tree is removed, say); more are dropped. */
const MAX_WAITING = 1000;

/** Writes a whole file or nothing: readers never see half of it. */
export function writeAtomically(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}

export function writeResult(files: BuildFiles, result: BuildResult): void {
  writeAtomically(files.result, JSON.stringify(result));
}

/** A file that is only ever appended to in whole lines, also over a time in which the disk was full. */
class LineFile {
  readonly #file: number;
  #bytes = 0;
  #waiting: Buffer[] = [];

  constructor(path: string) {
    this.#file = openSync(path, "w", 0o600);
  }

  append(line: Buffer): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(line);
    try {
      while (this.#waiting[0]) {
        this.#write(this.#waiting[0]);
        this.#waiting.shift();
      }
    } catch {
      // Tried again with the next line. A build does not end because its log cannot be written.
    }
  }

  #write(line: Buffer): void {
    let done = 0;
    try {
      while (done < line.length) done += writeSync(this.#file, line, done, line.length - done, this.#bytes + done);
    } catch (error) {
      ftruncateSync(this.#file, this.#bytes);
      throw error;
    }
    this.#bytes += line.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** What the builder leaves for the api while it runs: its log and its status. */
export class BuildRecords {
  readonly #files: BuildFiles;
  readonly #log: LineFile;
  #seq = 0;
  #logBytes = 0;
  #step: BuildStepName = "prepare";
  readonly #status: BuildStatus = {
    pid: process.pid,
    steps: pendingSteps(),
    commands: [],
    sizeBytes: null,
    tree: null,
  };

  constructor(files: BuildFiles) {
    this.#files = files;
    this.#log = new LineFile(files.log);
    this.#writeStatus();
  }

  /** Runs one step and records when it began and how it ended. `work` tells "skipped" where there was nothing to do. */
  async step(name: BuildStepName, work: () => Promise<"skipped" | undefined>): Promise<void> {
    const step = this.#status.steps.find((candidate) => candidate.name === name);
    if (!step) return;
    this.#step = name;
    step.state = "running";
    step.startedAt = new Date().toISOString();
    this.#writeStatus();
    try {
      step.state = (await work()) ?? "succeeded";
    } catch (error) {
      step.state = "failed";
      throw error;
    } finally {
      step.finishedAt = new Date().toISOString();
      this.#writeStatus();
    }
  }

  line(stream: BuildLogLine["stream"], text: string): void {
    if (this.#logBytes > MAX_LOG_BYTES) return;
    const more = this.#logBytes + text.length <= MAX_LOG_BYTES;
    const line: BuildLogLine = {
      seq: ++this.#seq,
      at: new Date().toISOString(),
      step: this.#step,
      stream: more ? stream : "info",
      text: more ? text : "The log is full; what follows is not recorded.",
    };
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    this.#log.append(bytes);
    this.#logBytes += more ? bytes.length : MAX_LOG_BYTES;
  }

  info(text: string): void {
    this.line("info", text);
  }

  command(argv: readonly string[]): void {
    const text = formatCommand(argv);
    this.#status.commands.push(text);
    this.#writeStatus();
    this.info(`$ ${text}`);
  }

  size(sizeBytes: number | null): void {
    this.#status.sizeBytes = sizeBytes;
    this.#writeStatus();
  }

  tree(tree: BuildStatus["tree"]): void {
    this.#status.tree = tree;
    this.#writeStatus();
  }

  close(): void {
    this.#log.close();
  }

  #writeStatus(): void {
    try {
      writeAtomically(this.#files.status, JSON.stringify(this.#status));
    } catch {
      // A full disk: the next change writes it.
    }
  }
}
