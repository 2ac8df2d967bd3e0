import { NewMachine } from "@/components/build/new-machine";

export default async function NewMachinePage({
  searchParams,
}: {
  searchParams: Promise<{ from?: string | string[] }>;
}) {
  const { from } = await searchParams;
  return <NewMachine from={typeof from === "string" ? from : null} />;
}
