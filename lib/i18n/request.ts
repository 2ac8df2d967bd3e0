import { cookies, headers } from "next/headers";
import type { AbstractIntlMessages } from "next-intl";
import { getRequestConfig } from "next-intl/server";

import { isLocale, LOCALE_COOKIE, type Locale, negotiateLocale } from "./locales";
import { NAMESPACES, type Namespace } from "./namespaces";

async function loadNamespace(locale: Locale, namespace: Namespace): Promise<[Namespace, AbstractIntlMessages]> {
  const file: { default: AbstractIntlMessages } = await import(`../../messages/${locale}/${namespace}.json`);
  return [namespace, file.default];
}

export default getRequestConfig(async () => {
  const chosen = (await cookies()).get(LOCALE_COOKIE)?.value;
  const locale = isLocale(chosen) ? chosen : negotiateLocale((await headers()).get("accept-language"));
  const loaded = await Promise.all(NAMESPACES.map((namespace) => loadNamespace(locale, namespace)));
  return { locale, messages: Object.fromEntries(loaded), timeZone: "UTC" };
});
