"use client";

import { useTheme } from "next-themes";
import { useEffect, useSyncExternalStore } from "react";
import { Toaster, toast } from "sonner";

import { failures } from "../ui/failures";

const FAILURE_SHOWN_MS = 4000;

/** Failures, in the corner. */
export function Toasts() {
  const { resolvedTheme } = useTheme();
  const waiting = useSyncExternalStore(failures.subscribe, failures.read, failures.read);
  useEffect(() => {
    if (waiting.length === 0) return;
    for (const { title, detail, id, shownMs = FAILURE_SHOWN_MS } of failures.take())
      toast.error(title, { description: detail, duration: shownMs, ...(id === undefined ? {} : { id }) });
  }, [waiting]);
  return (
    <Toaster
      position="bottom-right"
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      closeButton
      toastOptions={{
        classNames: {
          toast: "border-line-2! bg-raised! text-ink! font-sans! rounded-xl!",
          description: "text-ink-2!",
          icon: "text-fail self-start mt-0.5",
          closeButton: "bg-raised! border-line-2! text-ink-2!",
        },
      }}
    />
  );
}
