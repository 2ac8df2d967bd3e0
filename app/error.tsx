"use client";

import { PageError } from "@/components/shell/page-error";

export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <main className="mx-auto grid min-h-dvh max-w-lg content-center p-4">
      <PageError onRetry={reset} />
    </main>
  );
}
