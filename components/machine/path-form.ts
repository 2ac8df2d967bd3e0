import type { FieldErrors, Resolver } from "react-hook-form";
import type { z } from "zod";

/** Two paths and two switches, as they are typed: what binding and copying ask for. */
export interface PathForm {
  source: string;
  destination: string;
  readOnly: boolean;
  mkdir: boolean;
  force: boolean;
}

export const EMPTY_PATHS: PathForm = { source: "", destination: "", readOnly: false, mkdir: false, force: false };

/** Checks by the schema the api uses; which words a mistake gets is the page's to say, by the field. */
export function pathResolver(schema: z.ZodType, toInput: (form: PathForm) => unknown): Resolver<PathForm> {
  return (values) => {
    const parsed = schema.safeParse(toInput(values));
    if (parsed.success) return { values, errors: {} };
    const errors: FieldErrors<PathForm> = {};
    for (const { path, message } of parsed.error.issues) {
      errors[path[0] === "destination" ? "destination" : "source"] ??= { type: "schema", message };
    }
    return { values: {}, errors };
  };
}

/** An empty destination is the path of the source. */
export function pathsOf({ source, destination }: PathForm): { source: string; destination?: string } {
  const to = destination.trim();
  return { source: source.trim(), ...(to === "" ? {} : { destination: to }) };
}
