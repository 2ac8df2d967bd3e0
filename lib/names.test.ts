import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { absolutePathSchema, imageNameSchema, machineNameSchema, userNameSchema } from "./names";

describe("machine names", () => {
  it.each(["arch", "deb-ci", "a", "a.b", "A1", "x".repeat(64), "0"])("accepts %s", (name) => {
    expect(machineNameSchema.parse(name)).toBe(name);
  });

  it.each(["", "../x", "-a", "a-", ".host", "a..b", "a.-b", "a b", "a_b", "é", "x".repeat(65), "a\n", "a/b", "a\0"])(
    "refuses %j",
    (name) => {
      expect(machineNameSchema.safeParse(name).success).toBe(false);
    },
  );

  it("accepts nothing that a command could read as an option, a path or two words", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9.-]{1,70}$/)), (name) => {
        if (!machineNameSchema.safeParse(name).success) return;
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9.-]*$/);
        expect(name.length).toBeLessThanOrEqual(64);
        expect(name).not.toContain("..");
      }),
    );
  });
});

describe("image names", () => {
  it.each(["arch", "my image", "été", "a_b", ".hidden", "x".repeat(255)])("accepts %j", (name) => {
    expect(imageNameSchema.parse(name)).toBe(name);
  });

  it.each(["", ".", "..", ".host", ".#tmp", "-a", "a/b", "a\u0001", "é".repeat(128), "\ud800"])(
    "refuses %j",
    (name) => {
      expect(imageNameSchema.safeParse(name).success).toBe(false);
    },
  );
});

describe("paths", () => {
  it.each(["/", "/srv", "/srv/a b", "/srv/..data"])("accepts %j", (path) => {
    expect(absolutePathSchema.parse(path)).toBe(path);
  });

  it.each(["", "srv", "/srv/", "/srv//a", "/srv/../etc", "/srv/./a", "/a\nb"])("refuses %j", (path) => {
    expect(absolutePathSchema.safeParse(path).success).toBe(false);
  });
});

describe("user names", () => {
  it.each(["root", "_apt", "user-1", "1000"])("accepts %s", (name) => {
    expect(userNameSchema.parse(name)).toBe(name);
  });

  it.each(["", "-root", "Root", "a@b", "a b", "x".repeat(32)])("refuses %j", (name) => {
    expect(userNameSchema.safeParse(name).success).toBe(false);
  });
});
