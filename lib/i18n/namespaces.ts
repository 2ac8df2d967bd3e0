/** The message catalogues, one file a namespace and language: messages/LOCALE/NAMESPACE.json. */
export const NAMESPACES = [
  "activity",
  "app",
  "auth",
  "boot",
  "builds",
  "findings",
  "inside",
  "journal",
  "machine",
  "machines",
  "metrics",
  "processes",
  "recordings",
  "team",
  "terminal",
  "units",
] as const;
export type Namespace = (typeof NAMESPACES)[number];
