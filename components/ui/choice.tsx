"use client";

import { useId } from "react";

import { cn } from "@/lib/utils";

export interface ChoiceOption<Value extends string> {
  value: Value;
  label: string;
  text: string;
  disabled?: boolean;
}

interface ChoiceProps<Value extends string> {
  legend: string;
  options: readonly ChoiceOption<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}

/** One of a few, each with a line that says what it means. */
export function Choice<Value extends string>({ legend, options, value, onChange }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 font-medium">{legend}</legend>
      <div className="grid gap-2 sm:grid-cols-[repeat(auto-fit,minmax(12rem,1fr))]">
        {options.map((option) => (
          <label
            key={option.value}
            className={cn(
              "flex gap-2.5 rounded-xl border border-line-2 bg-panel p-3 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent",
              option.disabled ? "opacity-60" : "cursor-pointer",
            )}
          >
            <input
              type="radio"
              name={name}
              className="mt-0.5 size-4 shrink-0 accent-accent"
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled}
              onChange={() => onChange(option.value)}
            />
            <span className="grid min-w-0 content-start gap-0.5">
              <span className="font-semibold">{option.label}</span>
              <span className="text-ink-2 text-xs [overflow-wrap:anywhere]">{option.text}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
