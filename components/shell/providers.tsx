"use client";

import { ThemeProvider, useTheme } from "next-themes";
import type { ReactNode } from "react";
import { Toaster } from "sonner";

import { TooltipProvider } from "../ui/tooltip";

export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  return (
    // The browser hides a script's nonce from the page, so it is only given on the server.
    <ThemeProvider attribute="data-theme" enableSystem disableTransitionOnChange {...(nonce ? { nonce } : {})}>
      <TooltipProvider delayDuration={300}>{children}</TooltipProvider>
      <Toasts />
    </ThemeProvider>
  );
}

/** Failures only: what worked is seen where it happened. */
function Toasts() {
  const { resolvedTheme } = useTheme();
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
