import { z } from "zod";

import type { Bus, BusSignal } from "./bus";
import { nothingSchema } from "./values";

const IMPORT1 = "org.freedesktop.import1";
const MANAGER = { destination: IMPORT1, path: "/org/freedesktop/import1", interface: `${IMPORT1}.Manager` };
const MATCHES = [
  `type='signal',sender='${IMPORT1}'`,
  `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${IMPORT1}'`,
];
/** The lower three bits of a syslog priority are the level, the rest is the facility. */
const LEVEL_BITS = 7;

/** How a download is checked: its SHA256SUMS file, and that file's GPG signature. */
export type Verify = "no" | "checksum" | "signature";

/** A download, import or export under way. Ids start again at 1 whenever importd does, which it does when idle. */
export interface Transfer {
  id: number;
  /** "pull-tar", "pull-raw", "import-tar", "export-raw", … */
  type: string;
  /** The URL of a pull, "" otherwise. */
  remote: string;
  /** The image's name. */
  local: string;
  /** 0 to 1; null where importd does not know it, as systemd before 255 never does. */
  progress: number | null;
  path: string;
}

export interface PullRequest {
  url: string;
  name: string;
  verify: Verify;
  /** Replaces an image of this name. */
  force: boolean;
}

export interface TransferRef {
  id: number;
  path: string;
}

export type TransferSignal =
  | ({ type: "new" } & TransferRef)
  | ({ type: "removed"; result: string } & TransferRef)
  /** `level` as in syslog(3): 3 error … 6 info, 7 debug. */
  | { type: "log"; path: string; level: number; message: string }
  /** 0 to 1. Sent by systemd 256 and newer. */
  | { type: "progress"; path: string; progress: number }
  /** importd came or went: transfers known before are gone, their numbers are used anew. */
  | { type: "reset" };

const transfersReply = z
  .tuple([z.array(z.tuple([z.number(), z.string(), z.string(), z.string(), z.number(), z.string()]))])
  .transform(([rows]) =>
    rows.map(
      ([id, type, remote, local, progress, path]): Transfer => ({
        id,
        type,
        remote,
        local,
        progress: knownProgress(progress),
        path,
      }),
    ),
  );
const startedReply = z.tuple([z.number(), z.string()]).transform(([id, path]): TransferRef => ({ id, path }));
const newBody = z.tuple([z.number(), z.string()]);
const removedBody = z.tuple([z.number(), z.string(), z.string()]);
const logBody = z.tuple([z.number(), z.string()]);
const progressBody = z.tuple([z.number()]);

/** −DBL_MAX stands for "unknown". */
function knownProgress(progress: number): number | null {
  return progress < 0 ? null : Math.min(progress, 1);
}

/** The share done that a log line tells ("Got 5% of …", "Imported 12%."), 0 to 1; the only progress of systemd before 255. */
export function progressOfLog(message: string): number | null {
  const percent = /^(?:Got|Imported|Exported) (\d{1,3})%/.exec(message)?.[1];
  return percent === undefined ? null : Math.min(Number(percent) / 100, 1);
}

/** What a signal of the bus tells of transfers; null where it tells nothing of them. */
export function transferSignal(signal: BusSignal): TransferSignal | null {
  const { interface: iface, member, path, body } = signal;
  if (member === "NameOwnerChanged") return body[0] === IMPORT1 ? { type: "reset" } : null;
  if (iface !== MANAGER.interface && iface !== `${IMPORT1}.Transfer`) return null;
  switch (member) {
    case "TransferNew": {
      const { data } = newBody.safeParse(body);
      return data ? { type: "new", id: data[0], path: data[1] } : null;
    }
    case "TransferRemoved": {
      const { data } = removedBody.safeParse(body);
      return data ? { type: "removed", id: data[0], path: data[1], result: data[2] } : null;
    }
    case "LogMessage": {
      const { data } = logBody.safeParse(body);
      return data ? { type: "log", path, level: data[0] & LEVEL_BITS, message: data[1] } : null;
    }
    case "ProgressUpdate": {
      const { data } = progressBody.safeParse(body);
      const progress = data && knownProgress(data[0]);
      return progress === undefined || progress === null ? null : { type: "progress", path, progress };
    }
    default:
      return null;
  }
}

/** systemd-importd's manager, org.freedesktop.import1(5). */
export class Importd {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Tells the signals of all transfers. Ask before starting one: a transfer is announced before its call answers. */
  async follow(listener: (signal: TransferSignal) => void): Promise<() => void> {
    for (const rule of MATCHES) await this.#bus.match(rule);
    return this.#bus.onSignal((signal) => {
      const told = transferSignal(signal);
      if (told) listener(told);
    });
  }

  /** ListTransfers. */
  listTransfers(): Promise<Transfer[]> {
    return this.#bus.call({ ...MANAGER, member: "ListTransfers", reply: transfersReply });
  }

  /**
   * PullTar. Only the arguments are checked before it answers; a missing file, a name taken or a bad signature are told by
   * a log line and the result "failed". Errors: CONFLICT where the same URL is under way, INVALID.
   */
  pullTar(request: PullRequest): Promise<TransferRef> {
    return this.#pull("PullTar", request);
  }

  /** PullRaw: as PullTar, for a disk image. */
  pullRaw(request: PullRequest): Promise<TransferRef> {
    return this.#pull("PullRaw", request);
  }

  /** CancelTransfer: asks its worker to end; from the fourth time on it is killed. It has ended when "removed" is told. */
  cancel(id: number): Promise<void> {
    return this.#bus.call({ ...MANAGER, member: "CancelTransfer", signature: "u", body: [id], reply: nothingSchema });
  }

  #pull(member: string, { url, name, verify, force }: PullRequest): Promise<TransferRef> {
    const body = [url, name, verify, force];
    return this.#bus.call({ ...MANAGER, member, signature: "sssb", body, reply: startedReply });
  }
}
