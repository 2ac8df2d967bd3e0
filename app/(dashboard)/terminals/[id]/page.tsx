import { TerminalPage } from "@/components/terminal/terminal-page";

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <TerminalPage id={id} />;
}
