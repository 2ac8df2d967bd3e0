import { RecordingPage } from "@/components/recording/recording-page";

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <RecordingPage id={(await params).id} />;
}
