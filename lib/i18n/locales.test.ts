import { expect, test } from "vitest";

import { isLocale, negotiateLocale } from "./locales";

test.each([
  ["zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"],
  ["zh", "zh-CN"],
  ["zh-TW", "zh-CN"],
  ["en-GB,zh;q=0.5", "en"],
  ["zh;q=0.2, en;q=0.9", "en"],
  ["de, zh;q=0.4", "zh-CN"],
  ["zh;q=0, en", "en"],
  ["de", "en"],
  ["", "en"],
  [null, "en"],
])("Accept-Language %j reads %s", (header, locale) => {
  expect(negotiateLocale(header)).toBe(locale);
});

test("only the catalogues' own names are locales", () => {
  expect(isLocale("zh-CN")).toBe(true);
  expect(isLocale("zh-cn")).toBe(false);
  expect(isLocale("../en")).toBe(false);
  expect(isLocale(undefined)).toBe(false);
});
