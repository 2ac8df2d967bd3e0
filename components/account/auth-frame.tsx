import type { ReactNode } from "react";

import { Brand } from "../shell/brand";
import { PreferenceBar } from "./preference-bar";

/** The page around everything a person sees who is not signed in. */
export function AuthFrame({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh grid-rows-[1fr_auto]">
      <main className="mx-auto w-full max-w-[25rem] px-4 pt-[12dvh] pb-8">
        <div className="mb-5 flex justify-center text-base">
          <Brand />
        </div>
        <div className="rounded-xl border bg-panel p-6 max-sm:p-5">{children}</div>
      </main>
      <footer className="flex justify-center p-4">
        <PreferenceBar />
      </footer>
    </div>
  );
}
