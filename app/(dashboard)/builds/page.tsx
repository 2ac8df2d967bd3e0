import { BuildList } from "@/components/build/build-list";

export default function BuildsPage() {
  return <BuildList />;
}
