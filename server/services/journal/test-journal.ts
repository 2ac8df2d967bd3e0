import { openHost } from "../test-machine";
import type { World } from "../world/world";
import { JournalHub } from "./journal-hub";

/** Rate limits would drop lines of a unit that is meant to be loud. */
const LOUD = "LogRateLimitIntervalSec=0";

export interface JournalHost {
  deps: { world: World; journals: JournalHub };
  close(): Promise<void>;
}

export async function openJournalHost(): Promise<JournalHost> {
  const host = await openHost();
  const journals = new JournalHub({ world: host.world });
  return {
    deps: { world: host.world, journals },
    close() {
      journals.close();
      return host.close();
    },
  };
}

/** A oneshot service that runs a script of the machine, whose every line reaches the journal. */
export function loudUnit(script: string): string {
  return `[Service]\nType=oneshot\n${LOUD}\nExecStart=/bin/sh ${script}\n`;
}

/** The cursors of lines of `journalctl -o json`. */
export function cursorsOf(json: readonly string[]): string[] {
  return json.map((line) => (JSON.parse(line) as { __CURSOR: string }).__CURSOR);
}
