import { rmSync, writeFileSync } from "node:fs";

import type { Bench } from "./bench";
import { output, until } from "./commands";

/** Boots a machine that ends with the part. `files` are put into its /root. */
export async function startMachine({ onEnd }: Bench, name: string, files: Record<string, string> = {}): Promise<void> {
  const tree = `/var/lib/machines/${name}`;
  onEnd(() => rmSync(tree, { recursive: true, force: true }));
  await output("/usr/bin/cp", "-a", "--reflink=auto", "/srv/fixtures/debian", tree);
  for (const [file, text] of Object.entries(files)) writeFileSync(`${tree}/root/${file}`, text);
  onEnd(() => output("/usr/bin/systemctl", "stop", `systemd-nspawn@${name}.service`));
  await output("/usr/bin/machinectl", "start", name);
  await until(`the boot of ${name}`, () =>
    output("/usr/bin/systemctl", "-M", name, "show", "-p", "SystemState", "--value").then(
      (state) => /running|degraded/.test(state),
      () => false,
    ),
  );
}
