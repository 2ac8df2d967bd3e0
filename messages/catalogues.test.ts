import { expect, test } from "vitest";

import en from "./en.json";
import zhCN from "./zh-CN.json";

type Catalogue = { [key: string]: string | Catalogue };

/** Every message by its full key. */
function flatten(catalogue: Catalogue, prefix = ""): [string, string][] {
  return Object.entries(catalogue).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}

/** The names of a message's placeholders: `{name}` and `{count, plural, …}`, not the plural's own branches. */
function placeholders(message: string): string[] {
  return [...new Set(Array.from(message.matchAll(/\{\s*(\w+)\s*(?=[,}])/g), ([, name]) => name ?? ""))].sort();
}

const english = new Map(flatten(en));
const chinese = new Map(flatten(zhCN));

test("both languages have the same keys", () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
});

test.each([...english.keys()])("%s has a text and the same placeholders in both languages", (key) => {
  const [text = "", translated = ""] = [english.get(key), chinese.get(key)];
  expect(text.trim()).not.toBe("");
  expect(translated.trim()).not.toBe("");
  expect(placeholders(translated)).toEqual(placeholders(text));
});
