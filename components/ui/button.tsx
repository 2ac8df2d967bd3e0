import { cva, type VariantProps } from "class-variance-authority";
import * as Slot from "radix-ui/slot";
import type { ComponentProps } from "react";

import { cn } from "@/lib/utils";

export const buttonVariants = cva(
  "inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-lg border font-medium disabled:pointer-events-none disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        outline: "border-line-2 bg-raised hover:bg-stop-soft",
        primary: "border-transparent bg-accent font-semibold text-accent-ink hover:brightness-95",
        ghost: "border-transparent text-ink-2 hover:bg-stop-soft hover:text-ink",
        icon: "size-8 border-transparent px-0 text-ink-2 hover:border-line-2 hover:bg-raised max-md:size-11",
        danger: "border-fail bg-fail-soft text-fail",
      },
      // Below `md` it is a thumb that meets it.
      size: { default: "h-8 px-3 max-md:h-11" },
    },
    compoundVariants: [{ variant: "icon", className: "px-0" }],
    defaultVariants: { variant: "outline", size: "default" },
  },
);

type ButtonProps = ComponentProps<"button"> & VariantProps<typeof buttonVariants> & { asChild?: boolean };

export function Button({ className, variant, size, asChild = false, type = "button", ...props }: ButtonProps) {
  const Component = asChild ? Slot.Root : "button";
  return (
    <Component
      type={asChild ? undefined : type}
      className={cn(buttonVariants({ variant, size }), className)}
      {...props}
    />
  );
}
