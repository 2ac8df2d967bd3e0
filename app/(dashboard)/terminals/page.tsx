import { TerminalList } from "@/components/terminal/terminal-list";

export default function TerminalsPage() {
  return <TerminalList />;
}
