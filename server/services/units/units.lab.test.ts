import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import type { Unit, UnitsEvent } from "@/lib/units";
import { command, openHost, type TestHost, TestMachine } from "../test-machine";
import { changeUnit } from "./change";
import { readUnitDetails } from "./details";
import { listUnits } from "./list";
import { watchUnits } from "./watch";

const NAME = "units-test";

let deps: TestHost;
let machine: TestMachine;

const systemctl = (...args: string[]) => machine.systemctl(...args);

/** The list as a page would have it, kept up to date by the subscription's events. */
class Listener {
  readonly units = new Map<string, Unit>();
  readonly links: string[] = [];
  readonly #abort = new AbortController();
  readonly #events: Promise<void>;
  changes = 0;

  constructor() {
    this.#events = this.#listen(watchUnits(deps, NAME, this.#abort.signal));
  }

  async #listen(events: AsyncGenerator<UnitsEvent>): Promise<void> {
    for await (const event of events) {
      if (event.type === "link") this.links.push(event.link);
      else if (event.type === "snapshot") {
        this.units.clear();
        for (const unit of event.units) this.units.set(unit.unit, unit);
      } else {
        this.changes += 1;
        for (const unit of event.upserts) this.units.set(unit.unit, unit);
        for (const name of event.removed) this.units.delete(name);
      }
    }
  }

  close(): Promise<void> {
    this.#abort.abort();
    return this.#events;
  }
}

beforeAll(async () => {
  deps = await openHost();
  machine = new TestMachine(NAME, deps.world);
  await machine.place();
  machine.addUnit("broken.service", "[Service]\nType=oneshot\nExecStart=/bin/false\n");
  machine.addUnit("worker.service", "[Unit]\nDescription=Works\n[Service]\nExecStart=/bin/sleep inf\n", {
    wanted: false,
  });
  await machine.start();
});

afterAll(async () => {
  machine.remove();
  await deps.close();
});

describe("the units of a machine", () => {
  it("are those of systemctl list-units --all, failed ones first", async () => {
    const theirs = () =>
      systemctl("list-units", "--all", "--plain", "--no-legend")
        .split("\n")
        .map((line) => line.trim().split(/\s+/).slice(0, 4).join(" "))
        .filter((line) => line !== "");
    // The last jobs of the boot may still go on, and each is asked at a moment of its own.
    await vi.waitFor(async () => {
      const ours = await listUnits(deps, { name: NAME });
      expect(ours.map(({ unit, load, active, sub }) => [unit, load, active, sub].join(" ")).sort()).toEqual(
        theirs().sort(),
      );
      expect(ours[0]?.unit).toBe("broken.service");
    }, 30_000);
  });

  it("can be asked for by type and state", async () => {
    const failed = await listUnits(deps, { name: NAME, types: ["service"], states: ["failed"] });
    expect(failed.map((unit) => unit.unit)).toEqual(["broken.service"]);
  });

  it("are told live, whoever changes them, and while the machine stops and starts", async () => {
    const listener = new Listener();
    await vi.waitFor(() => expect(listener.units.size).toBeGreaterThan(50), 30_000);
    systemctl("start", "worker.service");
    await vi.waitFor(
      () => expect(listener.units.get("worker.service")).toMatchObject({ active: "active", sub: "running" }),
      30_000,
    );
    expect((await changeUnit(deps, "stop", { name: NAME, unit: "worker.service" })).command).toBe(
      `systemctl -M ${NAME} stop worker.service`,
    );
    await vi.waitFor(() => expect(listener.units.get("worker.service")?.active ?? "gone").not.toBe("active"), 30_000);
    await changeUnit(deps, "start", { name: NAME, unit: "worker.service" });
    const pid = () => systemctl("show", "--value", "-p", "MainPID", "worker.service").trim();
    await vi.waitFor(() => expect(Number(pid())).toBeGreaterThan(0), 30_000);
    const before = pid();
    await changeUnit(deps, "restart", { name: NAME, unit: "worker.service" });
    await vi.waitFor(() => {
      expect(Number(pid())).toBeGreaterThan(0);
      expect(pid()).not.toBe(before);
    }, 30_000);
    await changeUnit(deps, "resetFailed", { name: NAME, unit: "broken.service" });
    await vi.waitFor(() => expect(listener.units.get("broken.service")?.active ?? "gone").not.toBe("failed"), 30_000);
    command("/usr/bin/machinectl", "poweroff", NAME);
    await vi.waitFor(() => expect(listener.links.at(-1)).toBe("stopped"), 30_000);
    await vi.waitFor(() => expect(deps.world.machine(NAME)?.state).toBe("stopped"), 30_000);
    command("/usr/bin/machinectl", "start", NAME);
    await vi.waitFor(() => expect(listener.units.get("broken.service")?.active).toBe("failed"), 30_000);
    await listener.close();
  });

  it("have details as systemctl show has them", async () => {
    await changeUnit(deps, "start", { name: NAME, unit: "worker.service" });
    await vi.waitFor(
      async () => expect((await readUnitDetails(deps, { name: NAME, unit: "worker.service" })).sub).toBe("running"),
      30_000,
    );
    const details = await vi.waitFor(async () => {
      const read = await readUnitDetails(deps, { name: NAME, unit: "worker.service" });
      // journald writes it a moment later.
      expect(read.journal.map(({ message }) => message)).toContain("Started worker.service - Works.");
      return read;
    }, 30_000);
    expect(details).toMatchObject({
      description: "Works",
      load: "loaded",
      fragmentPath: "/etc/systemd/system/worker.service",
      mainPid: Number(systemctl("show", "--value", "-p", "MainPID", "worker.service")),
      result: "success",
    });
    await expect(readUnitDetails(deps, { name: NAME, unit: "nothing.service" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("tell none of their lines where the machine's journal has a link in it, and why", async () => {
    const link = join(machine.tree, "var/log/journal", "b".repeat(32));
    symlinkSync("/var/log/journal", link);
    try {
      const details = await readUnitDetails(deps, { name: NAME, unit: "worker.service" });
      expect(details).toMatchObject({ journal: [], journalRefusal: { reason: "links" } });
    } finally {
      rmSync(link);
    }
    const details = await readUnitDetails(deps, { name: NAME, unit: "worker.service" });
    expect(details.journal.length).toBeGreaterThan(0);
    expect(details.journalRefusal).toBeNull();
  });

  it("that do not exist cannot be started", async () => {
    await expect(changeUnit(deps, "start", { name: NAME, unit: "nothing.service" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
