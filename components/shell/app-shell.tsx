"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect } from "react";

import type { Me } from "@/lib/me";
import { isSignedOut } from "@/lib/trpc/client";
import { LastCommand } from "../machine/last-command";
import { MachinesProvider } from "../machine/machines-provider";
import { MachineActionProvider } from "../machine/use-machine-action";
import { Dock } from "./dock";
import { PaletteProvider } from "./palette-provider";
import { Rail } from "./rail";
import { Unreachable } from "./unreachable";
import { MeProvider, useMe } from "./use-me";

/** The rail (a dock on small screens) around every page of a signed-in person. It is there at once, before anything is known; `me` is who is signed in, where the web process knows. */
export function AppShell({ me, children }: { me: Me | undefined; children: ReactNode }) {
  return (
    <MeProvider known={me}>
      <MachinesProvider>
        <MachineActionProvider>
          <PaletteProvider>
            <SkipLink />
            <div className="min-h-dvh md:grid md:grid-cols-[208px_minmax(0,1fr)]">
              <Rail />
              <main
                id="content"
                tabIndex={-1}
                className="flex min-w-0 max-w-[90rem] flex-col px-3.5 pt-4 pb-24 outline-none md:px-7 md:pt-5 md:pb-10"
              >
                <Content>{children}</Content>
              </main>
            </div>
            <Dock />
          </PaletteProvider>
        </MachineActionProvider>
      </MachinesProvider>
    </MeProvider>
  );
}

function SkipLink() {
  const t = useTranslations("app");
  return (
    <a
      href="#content"
      className="fixed top-2 left-2 z-50 -translate-y-16 rounded-lg bg-accent px-3 py-2 font-semibold text-accent-ink focus:translate-y-0"
    >
      {t("skip")}
    </a>
  );
}

function Content({ children }: { children: ReactNode }) {
  const me = useMe();
  const router = useRouter();
  const signedOut = isSignedOut(me.error);
  useEffect(() => {
    if (!signedOut) return;
    const { pathname, search, hash } = window.location;
    router.replace(`/sign-in?next=${encodeURIComponent(pathname + search + hash)}`);
  }, [signedOut, router]);
  if (me.error && !me.data && !signedOut) return <Unreachable />;
  return (
    <>
      {children}
      <LastCommand />
    </>
  );
}
