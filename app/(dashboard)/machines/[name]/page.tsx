import { MachinePage } from "@/components/machine/machine-page";

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const { name } = await params;
  return <MachinePage name={decodeURIComponent(name)} />;
}
