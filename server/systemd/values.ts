import { Variant } from "dbus-next";
import { z } from "zod";

/** A `t` or `x` of D-Bus as bigint: dbus-next gives a bigint, or a number where it fits. */
export const uint64Schema = z.union([z.bigint(), z.number().transform((value) => BigInt(value))]);

const dictSchema = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

/** Strips the Variant wrappers of a{sv}. */
export const variantDictSchema = z
  .record(z.string(), z.instanceof(Variant))
  .transform((dict) => Object.fromEntries(Object.entries(dict).map(([key, variant]) => [key, variant.value])));

/** The reply of Properties.GetAll, with the properties named here; the others (a hundred of a unit) are not looked at. */
export function propertiesOf<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape);
  const named = dictSchema.transform((dict) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const variant = dict[name];
        return variant instanceof Variant ? [[name, variant.value]] : [];
      }),
    ),
  );
  return z.tuple([named.pipe(z.object(shape))]).transform(([properties]) => properties);
}

/** The reply of Properties.Get. */
export function propertyOf<T>(value: z.ZodType<T>) {
  return z
    .tuple([
      z
        .instanceof(Variant)
        .transform((variant): unknown => variant.value)
        .pipe(value),
    ])
    .transform(([only]) => only);
}

export const nothingSchema = z.array(z.unknown()).transform(() => undefined);

const UNKNOWN = 2n ** 64n - 1n;

/** systemd's "unknown" (2^64-1) and 0 as null, else microseconds of CLOCK_REALTIME as ISO-8601. */
export function usecToIso(usec: bigint): string | null {
  return usec === 0n || usec === UNKNOWN ? null : new Date(Number(usec / 1000n)).toISOString();
}

/** systemd's "unknown" (2^64-1) as null. */
export function knownBytes(bytes: bigint): number | null {
  return bytes === UNKNOWN ? null : Number(bytes);
}
