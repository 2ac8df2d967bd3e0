import { type ComponentProps, type ReactNode, useId } from "react";

import { cn } from "@/lib/utils";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return (
    <input
      className={cn(
        "h-8 min-w-0 rounded-lg border border-line-2 bg-panel px-2.5 placeholder:text-ink-3 max-md:h-11 [&::-webkit-search-cancel-button]:grayscale",
        className,
      )}
      {...props}
    />
  );
}

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: string | undefined;
  /** What is wrong with it, in place of the hint. Given as "" it keeps the line free, so that nothing moves when there is something to say. */
  error?: string | undefined;
  /** A button inside the input, at its end. */
  trailing?: ReactNode;
}

/** A labelled input with a line below it that says what is expected, or what is wrong. */
export function Field({ label, hint, error, trailing, className, ...props }: FieldProps) {
  const id = useId();
  const says = error || hint;
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="relative grid">
        <Input
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={says ? `${id}-says` : undefined}
          className={cn("w-full aria-invalid:border-fail", trailing && "pr-9", className)}
          {...props}
        />
        {trailing ? <div className="absolute inset-y-0 right-0 grid w-9 place-items-center">{trailing}</div> : null}
      </div>
      {says || error === "" ? (
        <p
          id={`${id}-says`}
          role={error ? "alert" : undefined}
          className={cn("min-h-4 text-xs", error ? "text-fail" : "text-ink-3")}
        >
          {says}
        </p>
      ) : null}
    </div>
  );
}
