"use client";

import * as AlertPrimitive from "radix-ui/alert-dialog";
import * as Primitive from "radix-ui/dialog";
import type { ReactNode, RefObject } from "react";

import { cn } from "@/lib/utils";

const overlay = "fixed inset-0 z-40 bg-black/40 data-[state=open]:animate-in data-[state=open]:fade-in-0";
const content =
  "fixed top-1/2 left-1/2 z-50 grid max-h-[90dvh] -translate-x-1/2 -translate-y-1/2 gap-3 overflow-auto rounded-xl border border-line-2 bg-panel p-5 shadow-xl";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  /** Takes the focus at the end, where what had it before is gone: an item of a menu, say. */
  returnFocus?: RefObject<HTMLElement | null> | undefined;
}

const WIDTHS = { default: "w-[min(30rem,calc(100vw-2rem))]", wide: "w-[min(46rem,calc(100vw-2rem))]" };

function focusAtEnd(returnFocus: DialogProps["returnFocus"]): (event: Event) => void {
  return (event) => {
    if (!returnFocus?.current) return;
    event.preventDefault();
    returnFocus.current.focus();
  };
}

/** A window over the page for a form. Escape and the ground close it. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  returnFocus,
  width = "default",
}: DialogProps & { width?: keyof typeof WIDTHS }) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={overlay} />
        <Primitive.Content
          className={cn(content, WIDTHS[width])}
          onCloseAutoFocus={focusAtEnd(returnFocus)}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <Primitive.Title className="font-semibold text-base">{title}</Primitive.Title>
          {description ? <Primitive.Description className="text-ink-2">{description}</Primitive.Description> : null}
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** A question that has to be answered: only its buttons and Escape (which cancels) close it. */
export function AlertDialog({ open, onOpenChange, title, description, children, returnFocus }: DialogProps) {
  return (
    <AlertPrimitive.Root open={open} onOpenChange={onOpenChange}>
      <AlertPrimitive.Portal>
        <AlertPrimitive.Overlay className={overlay} />
        <AlertPrimitive.Content
          className={cn(content, WIDTHS.default)}
          onCloseAutoFocus={focusAtEnd(returnFocus)}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <AlertPrimitive.Title className="font-semibold text-base">{title}</AlertPrimitive.Title>
          {description ? (
            <AlertPrimitive.Description className="text-ink-2">{description}</AlertPrimitive.Description>
          ) : null}
          {children}
        </AlertPrimitive.Content>
      </AlertPrimitive.Portal>
    </AlertPrimitive.Root>
  );
}

/** The buttons at the end of a dialog. */
export function DialogFooter({ children }: { children: ReactNode }) {
  return <div className="mt-1 flex flex-wrap justify-end gap-2">{children}</div>;
}

export const DialogClose = Primitive.Close;
export const AlertDialogCancel = AlertPrimitive.Cancel;
export const AlertDialogAction = AlertPrimitive.Action;
