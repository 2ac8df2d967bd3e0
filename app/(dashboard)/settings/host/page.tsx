import { HostFacts } from "@/components/team/host-facts";

export default function HostPage() {
  return <HostFacts />;
}
