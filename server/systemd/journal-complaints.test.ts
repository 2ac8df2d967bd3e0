import { describe, expect, it } from "vitest";

import { JournalComplaints } from "./journal-complaints";

function complain(...lines: string[]): JournalComplaints {
  const complaints = new JournalComplaints();
  for (const line of lines) complaints.take(line);
  return complaints;
}

function failure(complaints: JournalComplaints, anything: boolean, exitCode: number | null = 1): unknown {
  try {
    complaints.throwUnlessRead({ exitCode, anything });
    return null;
  } catch (error) {
    return error;
  }
}

describe("what journalctl complains of", () => {
  it("are files that it left out", () => {
    const told = complain(
      "Journal file /t/var/log/journal/a/user.journal corrupted, ignoring file.",
      "Journal file /t/half.journal is truncated, ignoring file.",
      "Journal file /t/new.journal uses an unsupported feature, ignoring file.",
      "Use SYSTEMD_LOG_LEVEL=debug journalctl --file=/t/new.journal to see the details.",
      "An error was encountered while opening journal file or directory /t/x.journal, ignoring file: Is a directory",
      "Failed to iterate through journal: Bad message",
    ).problems;
    expect(told.map(({ file, problem }) => [file, problem])).toEqual([
      ["user.journal", "corrupted"],
      ["half.journal", "truncated"],
      ["new.journal", "unsupported"],
      ["x.journal", "unreadable"],
      [null, "unreadable"],
    ]);
  });

  it("are entries that it left out as damaged, told once, and none of its other debug messages", () => {
    const { problems } = complain(
      "<31>Considering root directory '/t'.",
      "<31>Entry item 16 is bad, skipping over it.",
      "<31>Entry item 17 data object is bad, skipping over it: Bad message",
      "<31>Can't iterate through /t/system.journal, ignoring: Bad message",
      "<31>mmap cache statistics: 3250313 context cache hit",
      "<28>Journal file /t/user.journal corrupted, ignoring file.",
    );
    expect(problems.map(({ file, problem, text }) => [file, problem, text])).toEqual([
      ["user.journal", "corrupted", "Journal file /t/user.journal corrupted, ignoring file."],
      [null, "damaged", "Entry item 16 is bad, skipping over it."],
    ]);
  });

  it("is that it did not find the way to a cursor past what is damaged", () => {
    const text = "Encountered invalid entry while bisecting, cutting algorithm short. (1)";
    expect(complain(`<31>${text}`).problems).toEqual([{ file: null, problem: "damaged", text }]);
  });

  it("is that it broke off, where it said nothing of it", () => {
    const complaints = complain();
    expect(failure(complaints, true, null)).toBeNull();
    expect(complaints.problems).toMatchObject([
      { file: null, problem: "unreadable", text: expect.stringMatching(/early/) },
    ]);
  });

  it("is a bad pattern, whatever was read before", () => {
    for (const anything of [true, false]) {
      expect(failure(complain('Bad pattern "(": missing closing parenthesis'), anything)).toMatchObject({
        code: "INVALID",
        reason: "bad-pattern",
        message: "The pattern is not understood: missing closing parenthesis.",
      });
    }
  });

  it("is a pattern that failed on the way, whatever files were left out before", () => {
    const told = complain(
      "Journal file /t/a.journal corrupted, ignoring file.",
      "Pattern matching failed: match limit exceeded",
    );
    expect(failure(told, true)).toMatchObject({
      reason: "bad-pattern",
      message: "The pattern is not understood: match limit exceeded.",
    });
  });

  it("is a range of time that ends before it begins", () => {
    const told = complain("--since= must be before --until=.");
    expect(failure(told, false)).toMatchObject({ code: "INVALID", message: expect.stringContaining("range of time") });
  });

  it("is nothing where nothing matches a pattern", () => {
    expect(failure(complain(), false)).toBeNull();
  });

  it("fails where nothing could be read, and says what to try", () => {
    const broken = complain("Failed to iterate through journal: Bad message");
    expect(failure(broken, false)).toMatchObject({ code: "UNAVAILABLE", hint: expect.stringContaining("--verify") });
    expect(failure(broken, true)).toBeNull();
    expect(failure(complain(), false, null)).toMatchObject({ code: "UNAVAILABLE" });
  });
});
