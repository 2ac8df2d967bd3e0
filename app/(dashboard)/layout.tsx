import type { ReactNode } from "react";

import { AppShell } from "@/components/shell/app-shell";
import { ApiProvider } from "@/lib/trpc/provider";

export default function DashboardLayout({ children }: { children: ReactNode }) {
  return (
    <ApiProvider>
      <AppShell>{children}</AppShell>
    </ApiProvider>
  );
}
