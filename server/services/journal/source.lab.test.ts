import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { command, TestMachine } from "../test-machine";
import { findJournal } from "./source";
import { type JournalHost, openJournalHost } from "./test-journal";

const NONE = { "etc/systemd/journald.conf.d/none.conf": "[Journal]\nStorage=none\n" };

let host: JournalHost;

beforeAll(async () => {
  host = await openJournalHost();
});

afterAll(() => host.close());

describe("a machine that runs without a journal", () => {
  let machine: TestMachine;

  afterAll(() => machine.remove());

  it("is only just starting at first; later it keeps none", async () => {
    machine = new TestMachine("journal-keeps-none", host.deps.world);
    await machine.place(NONE);
    await machine.start();
    await expect(findJournal(host.deps, machine.name)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      reason: "booting",
    });
    try {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
      await expect(findJournal(host.deps, machine.name)).rejects.toMatchObject({
        code: "PRECONDITION",
        reason: "keeps-none",
      });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a container of one program", () => {
  const unit = "journal-app-container";
  let machine: TestMachine;

  afterAll(() => {
    command("/usr/bin/systemctl", "stop", unit);
    machine.remove();
  });

  it("has no systemd, and so no journal", async () => {
    machine = new TestMachine("journal-app", host.deps.world);
    await machine.place();
    const nspawn = ["/usr/bin/systemd-nspawn", "--quiet", `--directory=${machine.tree}`, `--machine=${machine.name}`];
    command("/usr/bin/systemd-run", "--quiet", `--unit=${unit}`, ...nspawn, "/usr/bin/sleep", "600");
    await vi.waitFor(
      () => expect(findJournal(host.deps, machine.name)).rejects.toMatchObject({ reason: "no-systemd" }),
      30_000,
    );
  });
});

describe("a machine that puts a link among its journal's files while it is followed", () => {
  let machine: TestMachine;

  afterAll(() => machine.remove());

  it("is refused when it is next begun to read", async () => {
    machine = new TestMachine("journal-link-later", host.deps.world);
    await machine.place();
    await machine.start();
    await expect(findJournal(host.deps, machine.name)).resolves.toMatchObject({ place: `--machine=${machine.name}` });
    const { feed, release } = host.deps.journals.acquire({ name: machine.name }, "ada");
    await vi.waitFor(() => expect(feed.state?.state).toBe("following"), 30_000);
    const link = join(machine.tree, "var/log/journal", "a".repeat(32));
    symlinkSync("/var/log/journal", link);
    await machine.restart();
    await vi.waitFor(() => expect(feed.state).toMatchObject({ state: "unavailable", reason: "links" }), 30_000);
    rmSync(link);
    release();
  });

  it("is refused also where journalctl would look for lines of others", async () => {
    const link = join(machine.tree, "var/log/journal/remote");
    symlinkSync("/var/log/journal", link);
    await expect(findJournal(host.deps, machine.name)).rejects.toMatchObject({ reason: "links" });
    rmSync(link);
    await expect(findJournal(host.deps, machine.name)).resolves.toMatchObject({ leaderPid: expect.any(Number) });
  });
});
