import { BuildPage } from "@/components/build/build-page";

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <BuildPage id={decodeURIComponent(id)} />;
}
