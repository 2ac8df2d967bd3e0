import type { inferOutput } from "@trpc/tanstack-react-query";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import type { useTRPC } from "@/lib/trpc/client";
import { Badge } from "../ui/badge";
import { Table, TableCell, TableHead, TablePanel, TableRow } from "../ui/table";

type Comparison = inferOutput<ReturnType<typeof useTRPC>["builds"]["compare"]>;

export function ComparisonTables({ comparison }: { comparison: Comparison }) {
  const t = useTranslations("builds");
  const { packages, options } = comparison;
  return (
    <>
      <Section title={t("options")} isSame={options.length === 0} same={t("sameOptions")}>
        <Head first={t("option")} />
        <tbody>
          {options.map(({ option, from, to }) => (
            <Row key={option} name={<OptionName option={option} />} from={from} to={to} />
          ))}
        </tbody>
      </Section>
      {packages ? <Packages packages={packages} /> : <p className="text-ink-2">{t("noPackageLists")}</p>}
    </>
  );
}

function Packages({ packages }: { packages: NonNullable<Comparison["packages"]> }) {
  const t = useTranslations("builds");
  const { added, removed, changed } = packages;
  const rows = [
    ...added.map(({ name, version }) => ({ name, from: null, to: version, kind: "added" as const })),
    ...removed.map(({ name, version }) => ({ name, from: version, to: null, kind: "removed" as const })),
    ...changed.map(({ name, from, to }) => ({ name, from, to, kind: "changed" as const })),
  ];
  return (
    <Section title={t("packages")} isSame={rows.length === 0} same={t("samePackages")}>
      <Head first={t("package")} />
      <tbody>
        {rows.map(({ name, from, to, kind }) => (
          <Row
            key={name}
            name={
              <span className="flex items-center gap-2">
                <span className="font-mono text-[13px]">{name}</span>
                <Badge tone={kind === "removed" ? "fail" : kind === "added" ? "run" : "neutral"}>{t(kind)}</Badge>
              </span>
            }
            from={from}
            to={to}
          />
        ))}
      </tbody>
    </Section>
  );
}

interface SectionProps {
  title: string;
  isSame: boolean;
  same: string;
  children: ReactNode;
}

function Section({ title, isSame, same, children }: SectionProps) {
  return (
    <section className="grid gap-2">
      <h2 className="font-semibold text-[13px] text-ink-2">{title}</h2>
      {isSame ? (
        <p className="rounded-xl border border-line bg-panel px-4 py-3 text-ink-2">{same}</p>
      ) : (
        <TablePanel>
          <Table>{children}</Table>
        </TablePanel>
      )}
    </section>
  );
}

function Head({ first }: { first: string }) {
  const t = useTranslations("builds");
  return (
    <thead>
      <tr>
        <TableHead>{first}</TableHead>
        <TableHead>{t("before")}</TableHead>
        <TableHead>{t("after")}</TableHead>
      </tr>
    </thead>
  );
}

function Row({ name, from, to }: { name: ReactNode; from: string | null; to: string | null }) {
  const value = "whitespace-normal py-2 font-mono text-[12.5px] text-ink-2 [overflow-wrap:anywhere]";
  return (
    <TableRow>
      <TableCell className="py-2">{name}</TableCell>
      <TableCell className={value}>{from ?? "—"}</TableCell>
      <TableCell className={value}>{to ?? "—"}</TableCell>
    </TableRow>
  );
}

const OPTION_KEYS = {
  name: "name",
  recipe: "recipe",
  packages: "packages",
  ignore: "ignore",
  mirror: "mirror",
  suite: "suite",
  config: "config",
  rootLogin: "rootLogin",
} as const;

function OptionName({ option }: { option: string }) {
  const t = useTranslations("builds");
  const key = Object.entries(OPTION_KEYS).find(([name]) => name === option)?.[1];
  return <>{key === undefined ? option : t(key)}</>;
}
