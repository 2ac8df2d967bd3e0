import { TerminalPage } from "@/components/terminal/terminal-page";

export default function Page() {
  return <TerminalPage />;
}
