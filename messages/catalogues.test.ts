import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

import { AUDITED_ACTIONS } from "@/lib/audit";
import { NAMESPACES } from "@/lib/i18n/namespaces";

type Catalogue = { [key: string]: string | Catalogue };

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Every message by its full key. */
function flatten(catalogue: Catalogue, prefix = ""): [string, string][] {
  return Object.entries(catalogue).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}

function readCatalogue(locale: string): Map<string, string> {
  return new Map(
    NAMESPACES.flatMap((namespace) => {
      const catalogue: Catalogue = JSON.parse(
        readFileSync(join(ROOT, "messages", locale, `${namespace}.json`), "utf8"),
      );
      return flatten(catalogue, `${namespace}.`);
    }),
  );
}

/** The names of a message's placeholders: `{name}` and `{count, plural, …}`, not the plural's own branches. */
function placeholders(message: string): string[] {
  return [...new Set(Array.from(message.matchAll(/\{\s*(\w+)\s*(?=[,}])/g), ([, name]) => name ?? ""))].sort();
}

function sources(): { path: string; text: string }[] {
  return ["app", "components", "lib"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".test.ts"))
      .map((path) => ({ path: join(folder, path), text: readFileSync(join(ROOT, folder, path), "utf8") })),
  );
}

interface Use {
  path: string;
  key: string;
}

/** Literal keys: `const t = useTranslations("machines")` … `t("start")`, each by the nearest binding of its name before it. */
function literalUses({ path, text }: { path: string; text: string }): Use[] {
  const bindings = Array.from(
    text.matchAll(/const (\w+) = (?:await )?(?:use|get)Translations\("([\w.]+)"\)/g),
    ({ index, 1: name = "", 2: namespace = "" }) => ({ index, name, namespace }),
  );
  return [...new Set(bindings.map(({ name }) => name))].flatMap((name) =>
    Array.from(text.matchAll(new RegExp(`\\b${name}(?:\\.(?:rich|markup|raw|has))?\\(\\s*"([\\w.-]+)"`, "g"))).flatMap(
      ({ index, 1: key = "" }) => {
        const binding = bindings.findLast((one) => one.name === name && one.index < index);
        return binding ? [{ path, key: `${binding.namespace}.${key}` }] : [];
      },
    ),
  );
}

const english = readCatalogue("en");
const chinese = readCatalogue("zh-CN");
const files = sources();

describe("catalogues", () => {
  test("every file is a namespace that is loaded", () => {
    const expected = NAMESPACES.map((namespace) => `${namespace}.json`).sort();
    expect(readdirSync(join(ROOT, "messages", "en")).sort()).toEqual(expected);
    expect(readdirSync(join(ROOT, "messages", "zh-CN")).sort()).toEqual(expected);
  });

  test("both languages have the same keys", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test.each([...english.keys()])("%s has a text and the same placeholders in both languages", (key) => {
    const [text = "", translated = ""] = [english.get(key), chinese.get(key)];
    expect(text.trim()).not.toBe("");
    expect(translated.trim()).not.toBe("");
    expect(placeholders(translated)).toEqual(placeholders(text));
  });

  test("every key the pages name exists", () => {
    const uses = files.flatMap(literalUses);
    expect(uses.length).toBeGreaterThan(20);
    expect(uses.filter(({ key }) => !english.has(key))).toEqual([]);
  });

  test("every audited action has words", () => {
    expect(AUDITED_ACTIONS.filter((action) => !english.has(`activity.${action}`))).toEqual([]);
  });

  // Keys are also made from data (`t(state)`), so a message counts as used where its last part stands quoted anywhere.
  test("no message is left that nothing names", () => {
    const words = new Set(
      files.flatMap(({ text }) => Array.from(text.matchAll(/["'`]([\w.-]+)["'`]|(\w+):/g), (m) => m[1] ?? m[2])),
    );
    expect([...english.keys()].filter((key) => !words.has(key.slice(key.indexOf(".") + 1)))).toEqual([]);
  });
});
