"use client";

import { Check, ChevronDown } from "lucide-react";
import * as Primitive from "radix-ui/select";

import { cn } from "@/lib/utils";

interface SelectProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onValueChange: (value: Value) => void;
  disabled?: boolean;
  className?: string;
  id?: string;
}

/** One of a few. `label` is its accessible name; show it beside the field where there is room. */
export function Select<Value extends string>({ label, value, options, onValueChange, ...props }: SelectProps<Value>) {
  const choose = (text: string) => {
    const option = options.find((one) => one.value === text);
    if (option) onValueChange(option.value);
  };
  return (
    <Primitive.Root value={value} onValueChange={choose} disabled={props.disabled ?? false}>
      <Primitive.Trigger
        id={props.id}
        aria-label={label}
        className={cn(
          "inline-flex h-8 items-center justify-between gap-2 rounded-lg border border-line-2 bg-panel px-2.5 disabled:opacity-50 max-md:h-11 [&>span:first-child]:truncate",
          props.className,
        )}
      >
        <Primitive.Value />
        <Primitive.Icon className="shrink-0">
          <ChevronDown aria-hidden className="size-4 text-ink-3" />
        </Primitive.Icon>
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={4}
          className="z-60 max-h-72 min-w-(--radix-select-trigger-width) overflow-auto rounded-lg border border-line-2 bg-panel p-1 shadow-lg"
        >
          <Primitive.Viewport>
            {options.map((option) => (
              <Primitive.Item
                key={option.value}
                value={option.value}
                className="relative rounded-md py-1.5 pr-3 pl-8 outline-none data-highlighted:bg-accent-soft max-md:py-3"
              >
                <Primitive.ItemIndicator className="absolute inset-y-0 left-2.5 grid place-items-center">
                  <Check aria-hidden className="size-4" />
                </Primitive.ItemIndicator>
                <Primitive.ItemText>{option.label}</Primitive.ItemText>
              </Primitive.Item>
            ))}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
