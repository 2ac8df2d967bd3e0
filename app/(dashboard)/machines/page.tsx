import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { MachineList } from "@/components/machine/machine-list";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("app");
  return { title: t("machines") };
}

export default function MachinesPage() {
  return <MachineList />;
}
