import { useTranslations } from "next-intl";

import { Skeleton, SkeletonRows } from "../ui/skeleton";

/** What stands in a page's place while its code is on the way. */
export function PageLoading() {
  const t = useTranslations("app");
  return (
    <>
      <Skeleton className="mt-1 mb-5 h-6 w-40" />
      <SkeletonRows label={t("loading")} rows={6} />
    </>
  );
}
