import { describe, expect, it } from "vitest";

import { progressOfLog, transferSignal } from "./importd";

const TRANSFER = "/org/freedesktop/import1/transfer/_3";

function told(member: string, body: unknown[], iface = "org.freedesktop.import1.Manager", path = TRANSFER) {
  return transferSignal({ interface: iface, member, path, body, sender: ":1.5" });
}

describe("transferSignal", () => {
  it("reads the manager's and a transfer's signals", () => {
    expect(told("TransferNew", [3, TRANSFER])).toEqual({ type: "new", id: 3, path: TRANSFER });
    const removed = { type: "removed", id: 3, path: TRANSFER, result: "canceled" };
    expect(told("TransferRemoved", [3, TRANSFER, "canceled"])).toEqual(removed);
    const iface = "org.freedesktop.import1.Transfer";
    expect(told("ProgressUpdate", [0.25], iface)).toEqual({ type: "progress", path: TRANSFER, progress: 0.25 });
  });

  it("strips the facility from a line's priority", () => {
    const line = told("LogMessage", [27, "HTTP request failed."], "org.freedesktop.import1.Transfer");
    expect(line).toEqual({ type: "log", path: TRANSFER, level: 3, message: "HTTP request failed." });
  });

  it("knows that numbers start anew when importd does", () => {
    expect(told("NameOwnerChanged", ["org.freedesktop.import1", ":1.5", ""], "org.freedesktop.DBus")).toEqual({
      type: "reset",
    });
    expect(told("NameOwnerChanged", ["org.freedesktop.machine1", "", ":1.5"], "org.freedesktop.DBus")).toBeNull();
  });

  it("leaves alone what is not of transfers, or not in a known form", () => {
    expect(told("TransferNew", ["3"])).toBeNull();
    expect(told("ProgressUpdate", [-Number.MAX_VALUE], "org.freedesktop.import1.Transfer")).toBeNull();
    expect(told("MachineNew", ["a", "/x"], "org.freedesktop.machine1.Manager")).toBeNull();
  });
});

describe("progressOfLog", () => {
  it.each([
    ["Got 5% of http://127.0.0.1/a.tar. 3s left at 1.0M/s.", 0.05],
    ["Imported 100%.", 1],
    ["Exported 12%.", 0.12],
    ["Acquired 1.2M.", null],
    ["Got it.", null],
  ])("%s", (message, progress) => expect(progressOfLog(message)).toBe(progress));
});
