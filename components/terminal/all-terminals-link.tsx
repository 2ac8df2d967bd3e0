"use client";

import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";

/** From one terminal, or one recording, back to the list. */
export function AllTerminalsLink() {
  const t = useTranslations("terminal");
  return (
    <Link
      href="/terminals"
      className="relative inline-flex items-center gap-1.5 whitespace-nowrap text-ink-2 after:absolute after:-inset-3 hover:text-ink md:after:hidden"
    >
      <ArrowLeft aria-hidden className="size-4" />
      {t("all.back")}
    </Link>
  );
}
