"use client";

import { ThemeProvider } from "next-themes";
import type { ReactNode } from "react";
import { Toaster } from "sonner";

export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  return (
    // The browser hides a script's nonce from the page, so it is only given on the server.
    <ThemeProvider attribute="data-theme" enableSystem disableTransitionOnChange {...(nonce ? { nonce } : {})}>
      {children}
      <Toaster position="bottom-right" />
    </ThemeProvider>
  );
}
