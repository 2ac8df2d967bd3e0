"use client";

import dynamic from "next/dynamic";
import { ThemeProvider } from "next-themes";
import type { ReactNode } from "react";

import { useLater } from "../ui/use-later";

// Loaded ahead of the first failure, which may be that nothing can be loaded any more; but after the page.
const Toasts = dynamic(() => import("./toasts").then((module) => module.Toasts), { ssr: false });
const Tooltips = dynamic(() => import("../ui/tooltips").then((module) => module.Tooltips), { ssr: false });

export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  const later = useLater();
  return (
    // The browser hides a script's nonce from the page, so it is only given on the server.
    <ThemeProvider attribute="data-theme" enableSystem disableTransitionOnChange {...(nonce ? { nonce } : {})}>
      {children}
      {later ? <Toasts /> : null}
      {later ? <Tooltips /> : null}
    </ThemeProvider>
  );
}
