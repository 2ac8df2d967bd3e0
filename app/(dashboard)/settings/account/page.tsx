import { AccountSettings } from "@/components/team/account-settings";

export default function AccountSettingsPage() {
  return <AccountSettings />;
}
