import { headers } from "next/headers";
import type { ReactNode } from "react";

import { AppShell } from "@/components/shell/app-shell";
import { ME_HEADER, readMeHeader } from "@/lib/me";
import { ApiProvider } from "@/lib/trpc/provider";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const me = readMeHeader((await headers()).get(ME_HEADER));
  return (
    <ApiProvider>
      <AppShell me={me}>{children}</AppShell>
    </ApiProvider>
  );
}
