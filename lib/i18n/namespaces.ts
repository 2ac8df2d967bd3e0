/** The message catalogues, one file a namespace and language: messages/LOCALE/NAMESPACE.json. */
export const NAMESPACES = [
  "activity",
  "app",
  "auth",
  "builds",
  "findings",
  "machine",
  "machines",
  "recordings",
  "team",
  "terminal",
] as const;
export type Namespace = (typeof NAMESPACES)[number];
