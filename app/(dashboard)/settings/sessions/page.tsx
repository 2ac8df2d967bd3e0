import { SessionList } from "@/components/team/session-list";

export default function SessionsPage() {
  return <SessionList />;
}
