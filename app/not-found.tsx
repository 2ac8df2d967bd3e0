import { Compass } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default function NotFound() {
  const t = useTranslations("app");
  return (
    <main className="mx-auto grid min-h-dvh max-w-lg content-center p-4">
      <EmptyState page icon={<Compass aria-hidden />} title={t("notFoundTitle")}>
        <p>{t("notFound")}</p>
        <Button asChild className="mt-2">
          <Link href="/machines">{t("back")}</Link>
        </Button>
      </EmptyState>
    </main>
  );
}
