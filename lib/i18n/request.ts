import { cookies, headers } from "next/headers";
import type { AbstractIntlMessages } from "next-intl";
import { getRequestConfig } from "next-intl/server";

import { isLocale, LOCALE_COOKIE, type Locale, negotiateLocale } from "./locales";

async function loadMessages(locale: Locale): Promise<AbstractIntlMessages> {
  const file: { default: AbstractIntlMessages } = await import(`../../messages/${locale}.json`);
  return file.default;
}

export default getRequestConfig(async () => {
  const chosen = (await cookies()).get(LOCALE_COOKIE)?.value;
  const locale = isLocale(chosen) ? chosen : negotiateLocale((await headers()).get("accept-language"));
  return { locale, messages: await loadMessages(locale), timeZone: "UTC" };
});
