import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin({
  requestConfig: "./lib/i18n/request.ts",
  // Parsed by the build, so that no page carries a parser of messages.
  experimental: { messages: { path: "./messages", format: "json", locales: "infer", precompile: true } },
});

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // The pipe in server/web/main.ts streams; compressing there would buffer live bytes. Pages and assets are compressed by Next.
  compress: true,
  // The page cache has nothing to keep: every page is a shell that fills itself from the api.
  cacheMaxMemorySize: 0,
  // Every page comes with its title in its head. Streamed behind the page, it would be there only once scripts have run.
  htmlLimitedBots: /./,
  // `npm run verify` checks types of the whole tree, tests included; a second pass in the build adds nothing.
  typescript: { ignoreBuildErrors: true },
};

export default withNextIntl(config);
