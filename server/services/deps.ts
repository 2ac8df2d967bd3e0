import type { Logger } from "pino";

import type { Database } from "@/server/db/client";
import type { HostSystem } from "@/server/systemd/host-system";
import type { AuditLog } from "./audit/audit-log";
import type { BootRecorder } from "./boot/recorder";
import type { BuildRegistry } from "./builds/build-registry";
import type { JournalHub } from "./journal/journal-hub";
import type { Sampler } from "./metrics/sampler";
import type { RecordingRegistry } from "./recordings/recording-registry";
import type { TerminalRegistry } from "./terminals/terminal-registry";
import type { World } from "./world/world";

/** Everything a service verb may use. Made once in server/api/main.ts; tests make their own. */
export interface Deps {
  log: Logger;
  db: Database;
  /** D-Bus clients and commands of the host. */
  system: HostSystem;
  /** The live view of machines and images. */
  world: World;
  terminals: TerminalRegistry;
  recordings: RecordingRegistry;
  builds: BuildRegistry;
  boots: BootRecorder;
  metrics: Sampler;
  /** The machines' journals that are followed. */
  journals: JournalHub;
  audit: AuditLog;
}
