import { AppearanceSettings } from "@/components/team/appearance-settings";

export default function AppearancePage() {
  return <AppearanceSettings />;
}
