import type { FieldErrors, Resolver } from "react-hook-form";

import { type Build, type BuildCreate, type BuildOptions, buildCreateSchema, type RecipeId } from "@/lib/build";
import { DEFAULT_IGNORE, DEFAULT_PACKAGES } from "@/lib/build-commands";

/** The wizard's fields as they are typed; lists are words with spaces or commas between them. */
export interface BuildForm {
  name: string;
  recipe: RecipeId;
  packages: string;
  ignore: string;
  mirror: string;
  suite: string;
  config: string;
  login: BuildCreate["rootLogin"]["kind"];
  password: string;
}

export const EMPTY_FORM: BuildForm = {
  name: "",
  recipe: "arch",
  packages: DEFAULT_PACKAGES.arch.join(" "),
  ignore: DEFAULT_IGNORE.join(" "),
  mirror: "",
  suite: "",
  config: "",
  login: "password",
  password: "",
};

/** Fields to build the same again; the password was not kept. */
export function formOfBuild({ options }: Build): BuildForm {
  return {
    name: options.name,
    recipe: options.recipe,
    packages: (options.packages ?? []).join(" "),
    ignore: (options.ignore ?? []).join(" "),
    mirror: options.mirror ?? "",
    suite: options.suite ?? "",
    config: options.config ?? "",
    login: options.rootLogin.kind,
    password: "",
  };
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

function text<Key extends string>(key: Key, value: string): { [K in Key]?: string } {
  const trimmed = value.trim();
  return trimmed === "" ? {} : ({ [key]: trimmed } as { [K in Key]?: string });
}

/** What `builds.create` is asked. A field that the recipe has not is left out, whatever was typed into it before. */
export function toBuildCreate(form: BuildForm): BuildCreate {
  const isArch = form.recipe === "arch";
  return {
    name: form.name.trim(),
    recipe: form.recipe,
    packages: words(form.packages),
    ...(isArch ? { ignore: words(form.ignore) } : text("suite", form.suite)),
    ...text("mirror", form.mirror),
    ...text("config", form.config),
    rootLogin: form.login === "password" ? { kind: form.login, password: form.password } : { kind: form.login },
  };
}

/** The same for the preview: without the password. */
export function toBuildOptions(form: BuildForm): BuildOptions {
  return { ...toBuildCreate(form), rootLogin: { kind: form.login } };
}

const FIELD_OF: Record<string, keyof BuildForm> = { rootLogin: "password" };

/** Checks the fields by the very schema the api uses. The message of each is the catalogue's, by the field's name. */
export const resolveBuildForm: Resolver<BuildForm> = (values) => {
  const parsed = buildCreateSchema.safeParse(toBuildCreate(values));
  if (parsed.success) return { values, errors: {} };
  const errors: FieldErrors<BuildForm> = {};
  for (const { path, message } of parsed.error.issues) {
    const key = String(path[0]);
    const field = FIELD_OF[key] ?? (Object.hasOwn(values, key) ? (key as keyof BuildForm) : "name");
    errors[field] ??= { type: "schema", message };
  }
  return { values: {}, errors };
};
