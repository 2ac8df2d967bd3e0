"use client";

import { type ComponentProps, useId } from "react";

import { Input } from "./field";

interface FormFieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

/** A labelled input with what is expected, and what is wrong, told to a screen reader too. */
export function FormField({ label, hint, error, ...props }: FormFieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <Input
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        className="w-full aria-invalid:border-fail"
        {...props}
      />
      {hint ? (
        <p id={`${id}-hint`} className="text-ink-3 text-xs">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-fail text-xs">
          {error}
        </p>
      ) : null}
    </div>
  );
}
