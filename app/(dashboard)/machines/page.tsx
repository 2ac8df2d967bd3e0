import { MachineList } from "@/components/machine/machine-list";

export default function MachinesPage() {
  return <MachineList />;
}
