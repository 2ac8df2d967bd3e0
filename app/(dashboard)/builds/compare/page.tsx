import { CompareBuilds } from "@/components/build/compare-builds";

type Params = Record<string, string | string[] | undefined>;

export default async function Page({ searchParams }: { searchParams: Promise<Params> }) {
  const { a, b } = await searchParams;
  return <CompareBuilds a={typeof a === "string" ? a : null} b={typeof b === "string" ? b : null} />;
}
