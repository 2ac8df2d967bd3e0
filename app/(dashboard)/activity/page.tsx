import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";

import { ActivityPage } from "@/components/activity/activity-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("activity");
  return { title: t("title") };
}

export default function Activity() {
  return (
    <Suspense>
      <ActivityPage />
    </Suspense>
  );
}
