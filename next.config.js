import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin("./lib/i18n/request.ts");

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // The pipe in server/web/main.ts streams; compressing there would buffer live bytes. Pages and assets are compressed by Next.
  compress: true,
  // The page cache has nothing to keep: every page is a shell that fills itself from the api.
  cacheMaxMemorySize: 0,
  // `npm run verify` checks types of the whole tree, tests included; a second pass in the build adds nothing.
  typescript: { ignoreBuildErrors: true },
};

export default withNextIntl(config);
