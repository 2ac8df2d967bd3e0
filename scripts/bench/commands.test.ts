import { expect, test } from "vitest";

import { TimingShell } from "./commands";

test("a command runs when told, with what was told, and ends after it began", async () => {
  const shell = new TimingShell("/usr/bin/test", "a");
  const first = await shell.run("=", "a");
  const second = await shell.run("!=", "b");
  expect(first.endMs).toBeGreaterThan(first.beginMs);
  expect(second.beginMs).toBeGreaterThanOrEqual(first.endMs);
  shell.close();
});

test("a command that fails is no figure", async () => {
  const shell = new TimingShell("/usr/bin/false");
  await expect(shell.run()).rejects.toThrow("the command failed");
  shell.close();
});
