/** The first that is found names it: others claim to be it too ("Chrome" stands in Edge's, "Safari" in everybody's). */
const BROWSERS = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\b(?:OPR|Opera)\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//],
  ["Safari", /\bVersion\/\S+.*\bSafari\//],
  ["curl", /^curl\//],
] as const;

const SYSTEMS = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b|\bMacintosh\b/],
  ["Linux", /\bLinux\b/],
] as const;

export interface UserAgent {
  browser: string | null;
  system: string | null;
  isHandheld: boolean;
}

/** Browser and system of a User-Agent header, as far as a person would name them. It is a claim, not a proof. */
export function parseUserAgent(text: string | null): UserAgent {
  const nameIn = (known: readonly (readonly [string, RegExp])[]) =>
    known.find(([, pattern]) => text !== null && pattern.test(text))?.[0] ?? null;
  const system = nameIn(SYSTEMS);
  return { browser: nameIn(BROWSERS), system, isHandheld: ["iPhone", "iPad", "Android"].includes(system ?? "") };
}
