"use client";

import type { LucideIcon } from "lucide-react";
import { useId } from "react";

interface RadioCardsProps<Value extends string> {
  label: string;
  /** Null where it is not known yet. */
  value: string | null;
  onChange: (value: Value) => void;
  options: readonly { value: Value; title: string; text?: string; Icon?: LucideIcon; lang?: string }[];
}

/** A choice of a few, each with room to say what it means. Arrow keys choose, as in any group of radio buttons. */
export function RadioCards<Value extends string>({ label, value, onChange, options }: RadioCardsProps<Value>) {
  const name = useId();
  return (
    <fieldset className="grid gap-2 sm:grid-cols-3">
      <legend className="sr-only">{label}</legend>
      {options.map(({ value: one, title, text, Icon, lang }) => (
        <label
          key={one}
          lang={lang}
          className="flex cursor-pointer items-start gap-2.5 rounded-xl border border-line-2 bg-panel p-3.5 hover:bg-stop-soft has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
        >
          <input
            type="radio"
            name={name}
            value={one}
            checked={value === one}
            onChange={() => onChange(one)}
            className="mt-0.5 size-4 accent-accent outline-none"
          />
          <span className="grid">
            <span className="flex items-center gap-1.5 font-medium">
              {Icon ? <Icon aria-hidden className="size-4 text-ink-2" /> : null}
              {title}
            </span>
            {text ? <span className="text-ink-2 text-xs">{text}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
