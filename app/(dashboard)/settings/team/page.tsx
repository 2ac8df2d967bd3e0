import { AdminsOnly } from "@/components/team/admins-only";
import { InvitationList } from "@/components/team/invitation-list";
import { MemberList } from "@/components/team/member-list";

export default function TeamPage() {
  return (
    <AdminsOnly>
      <MemberList />
      <InvitationList />
    </AdminsOnly>
  );
}
