"use client";

import * as Primitive from "radix-ui/slider";

import { cn } from "@/lib/utils";

interface SliderProps {
  label: string;
  /** What a screen reader says of the value: "0:12 of 3:40". */
  valueText: string;
  value: number;
  max: number;
  step: number;
  disabled?: boolean;
  onChange: (value: number) => void;
  className?: string;
}

/** One value on a line, from 0 to `max`. */
export function Slider({ label, valueText, value, max, step, disabled, onChange, className }: SliderProps) {
  return (
    <Primitive.Root
      className={cn("relative flex h-8 min-w-0 max-md:h-11 touch-none select-none items-center", className)}
      value={[Math.min(value, max)]}
      max={max}
      step={step}
      disabled={disabled ?? false}
      onValueChange={([chosen]) => {
        if (chosen !== undefined) onChange(chosen);
      }}
    >
      <Primitive.Track className="relative h-1.5 grow overflow-hidden rounded-full bg-line-2">
        <Primitive.Range className="absolute h-full bg-accent" />
      </Primitive.Track>
      <Primitive.Thumb
        aria-label={label}
        aria-valuetext={valueText}
        className="block size-4 rounded-full border-2 border-accent bg-panel"
      />
    </Primitive.Root>
  );
}
