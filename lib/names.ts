import { z } from "zod";

/**
 * A machine's name, as `hostname_is_valid()` of systemd has it: 1-64 bytes of `[A-Za-z0-9-]` labels joined by dots.
 * An underscore is refused although man pages list it. Because it starts with a letter or digit, it can never be read as an option.
 */
export const MACHINE_NAME_PATTERN =
  /^(?=.{1,64}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

export const machineNameSchema = z
  .string()
  .regex(
    MACHINE_NAME_PATTERN,
    "A machine name has 1 to 64 letters, digits, dots and hyphens, and starts and ends with a letter or digit.",
  );

/** Bytes of `value` as UTF-8: systemd's limits are bytes, not characters. */
function utf8Length(value: string): number {
  return new TextEncoder().encode(value).length;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the rule itself.
export const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;

/**
 * An image's name, as `image_name_is_valid()` has it: 1-255 bytes of UTF-8 without control characters and `/`,
 * not `.` or `..`, not starting with `.#`. A leading `-` is refused too: names reach command lines.
 */
export const imageNameSchema = z
  .string()
  .refine(
    (name) =>
      name.length > 0 &&
      utf8Length(name) <= 255 &&
      !CONTROL_CHARACTERS.test(name) &&
      !name.includes("/") &&
      name !== "." &&
      name !== ".." &&
      name !== ".host" &&
      !name.startsWith(".#") &&
      !name.startsWith("-") &&
      name.isWellFormed(),
    "An image name has 1 to 255 bytes without slashes and control characters.",
  );

/** A user inside a machine: the strict portable form of systemd's USER_NAMES(7), or a numeric uid. */
export const userNameSchema = z
  .string()
  .regex(
    /^(?:[a-z_][a-z0-9_-]{0,30}|[0-9]{1,10})$/,
    "A user name has 1 to 31 lower-case letters, digits, hyphens and underscores.",
  );

/** One argument of a command. A NUL would end it early. */
export const commandArgumentSchema = z
  .string()
  .max(4096)
  .refine((text) => !text.includes("\0"), "An argument has no NUL characters.");

/** An absolute, normalized path: no `.` or `..`, no empty components, no control characters. */
export const absolutePathSchema = z
  .string()
  .max(4095)
  .refine(
    (path) =>
      path === "/" ||
      (path.startsWith("/") &&
        !path.endsWith("/") &&
        !CONTROL_CHARACTERS.test(path) &&
        path
          .slice(1)
          .split("/")
          .every((part) => part !== "" && part !== "." && part !== "..")),
    "An absolute path without . or .. is needed, such as /srv/data.",
  );

/** True where a machine of this name can be started as `systemd-nspawn@NAME.service`: an image may carry a name no machine can have. */
export function isMachineName(name: string): boolean {
  return MACHINE_NAME_PATTERN.test(name);
}
