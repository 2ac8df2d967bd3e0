import Link from "next/link";
import { useTranslations } from "next-intl";

export default function NotFound() {
  const t = useTranslations("app");
  return (
    <main className="mx-auto max-w-md p-10 text-center">
      <h1 className="font-semibold text-xl">404</h1>
      <p className="my-3 text-ink-2">{t("notFound")}</p>
      <Link className="text-accent underline" href="/machines">
        {t("back")}
      </Link>
    </main>
  );
}
