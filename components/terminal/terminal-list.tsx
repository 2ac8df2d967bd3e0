"use client";

import { useMutation } from "@tanstack/react-query";
import { Circle, CircleStop, Eye, SquareTerminal, X } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";

import { formatDateTime } from "@/lib/format";
import { type TerminalInfo, terminalTitle } from "@/lib/terminal";
import { useTRPC } from "@/lib/trpc/client";
import { cn } from "@/lib/utils";
import { useMachines } from "../machine/machines-provider";
import { RecordingList } from "../recording/recording-list";
import { PageHeader } from "../shell/page-header";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { RelativeTime } from "../ui/relative-time";
import { Select } from "../ui/select";
import { SkeletonRows } from "../ui/skeleton";
import { ROW_TARGET, Table, TableCell, TableHead, TablePanel, TableRow } from "../ui/table";
import { CloseTerminalDialog } from "./close-terminal-dialog";
import { NewTerminalMenu } from "./new-terminal-menu";
import { OperatorsOnly } from "./operators-only";
import { RecordedBadge } from "./record-control";
import { KIND_ICONS } from "./terminal-chips";
import { type OpenRequest, useOpenTerminal } from "./use-open-terminal";
import { useTerminals } from "./use-terminals";

/** Every terminal of the host, whoever opened it: look at one, share it, close it. */
export function TerminalList() {
  const t = useTranslations("terminal");
  const router = useRouter();
  const { sessions, allowed, error, retry } = useTerminals();
  const opening = useOpenTerminal((id) => router.push(`/terminals/${id}`));
  if (allowed === false) return <OperatorsOnly />;
  return (
    <>
      <PageHeader title={t("title")}>
        <NewTerminal busy={opening.isPending} onOpen={opening.open} />
      </PageHeader>
      <div className="mb-3 grid gap-3 empty:hidden">
        {opening.error ? <ErrorState error={opening.error} /> : null}
        {error ? <ErrorState error={error} onRetry={retry} /> : null}
      </div>
      {sessions === null ? (
        error ? null : (
          <SkeletonRows label={t("loading")} />
        )
      ) : sessions.length === 0 ? (
        <EmptyState icon={<SquareTerminal aria-hidden />} title={t("none")}>
          <p>{t("noneHint")}</p>
        </EmptyState>
      ) : (
        <SessionTable sessions={sessions} />
      )}
      <RecordingList />
    </>
  );
}

/** A machine and, beside it, what to open on it. */
function NewTerminal({ busy, onOpen }: { busy: boolean; onOpen: (request: OpenRequest) => void }) {
  const t = useTranslations("terminal");
  const { machines } = useMachines();
  const [chosen, setChosen] = useState<string | null>(null);
  const names = [...(machines?.values() ?? [])].filter(({ state }) => state === "running").map(({ name }) => name);
  const name = chosen !== null && names.includes(chosen) ? chosen : names[0];
  if (name === undefined) return <span className="text-ink-3">{t("all.noMachine")}</span>;
  return (
    <>
      <Select
        label={t("all.machine")}
        value={name}
        options={names.map((one) => ({ value: one, label: one }))}
        onValueChange={setChosen}
        className="max-w-24 font-mono md:max-w-64"
      />
      <NewTerminalMenu name={name} running busy={busy} onOpen={onOpen} labelled />
    </>
  );
}

function SessionTable({ sessions }: { sessions: readonly TerminalInfo[] }) {
  const t = useTranslations("terminal");
  const trpc = useTRPC();
  const close = useMutation(trpc.terminals.close.mutationOptions());
  const [closing, setClosing] = useState<TerminalInfo | null>(null);
  const closeNow = ({ id }: TerminalInfo) => close.mutate({ id });
  return (
    <>
      <TablePanel>
        <Table>
          <thead className="max-md:sr-only">
            <tr>
              <TableHead>{t("all.machine")}</TableHead>
              <TableHead>{t("all.kind")}</TableHead>
              <TableHead>{t("all.state")}</TableHead>
              <TableHead>{t("all.openedBy")}</TableHead>
              <TableHead>{t("all.since")}</TableHead>
              <TableHead>{t("all.viewers")}</TableHead>
              <TableHead>
                <span className="sr-only">{t("all.actions")}</span>
              </TableHead>
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <SessionRow
                key={session.id}
                session={session}
                onClose={() => (session.state === "exited" ? closeNow(session) : setClosing(session))}
              />
            ))}
          </tbody>
        </Table>
      </TablePanel>
      <CloseTerminalDialog session={closing} onCancel={() => setClosing(null)} onClose={closeNow} />
    </>
  );
}

function SessionRow({ session, onClose }: { session: TerminalInfo; onClose: () => void }) {
  const t = useTranslations("terminal");
  const locale = useLocale();
  const Icon = KIND_ICONS[session.kind];
  const name = terminalTitle(session);
  return (
    <TableRow className="max-md:relative max-md:grid max-md:h-auto max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-y-1 max-md:py-2.5">
      <TableCell>
        <Link
          href={`/terminals/${session.id}`}
          aria-label={t("all.jump", { name: `${name} ${t(session.kind)}` })}
          className={cn("block max-w-52 truncate font-mono font-semibold text-[13px] hover:underline", ROW_TARGET)}
        >
          {session.machine}
        </Link>
      </TableCell>
      <TableCell className="max-md:col-start-1">
        <span className="flex items-center gap-1.5">
          <Icon aria-hidden className="size-4 text-ink-3" />
          {t(session.kind)}
          {session.user ? <span className="font-mono text-ink-2 text-xs">{session.user}</span> : null}
        </span>
      </TableCell>
      <TableCell className="max-md:col-start-2 max-md:row-start-1">
        <span className="inline-flex gap-1.5">
          <StateOf session={session} />
          {session.recording ? <RecordedBadge by={session.recording.by} short /> : null}
        </span>
      </TableCell>
      <TableCell
        className="min-w-0 max-w-56 truncate text-ink-2 max-md:col-start-1 max-md:max-w-none"
        title={session.openedBy}
      >
        {session.openedBy}
      </TableCell>
      <TableCell className="text-ink-2 max-md:hidden">{formatDateTime(new Date(session.startedAt), locale)}</TableCell>
      <TableCell className="text-ink-2 max-md:col-start-1 max-md:text-xs md:py-1.5">
        <Viewers session={session} />
        {session.idleSince ? <IdleSince at={session.idleSince} /> : null}
      </TableCell>
      <TableCell className="text-right max-md:relative max-md:z-1 max-md:col-start-2 max-md:row-span-2 max-md:row-start-2 max-md:-my-2 max-md:self-end max-md:pr-1">
        <Button variant="icon" aria-label={t("closeName", { name })} onClick={onClose}>
          <X aria-hidden />
        </Button>
      </TableCell>
    </TableRow>
  );
}

/** Who looks at it now. A phone shows no column's title, so there the eye says it, and nothing is said of nobody. */
function Viewers({ session: { viewers } }: { session: TerminalInfo }) {
  const t = useTranslations("terminal");
  if (viewers.length === 0) return <span className="max-md:hidden">{t("all.nobody")}</span>;
  return (
    <span className="max-md:flex max-md:items-center max-md:gap-1.5">
      <Eye aria-hidden className="size-3.5 shrink-0 text-ink-3 md:hidden" />
      <span className="sr-only md:hidden">{t("all.viewers")}: </span>
      <span className="whitespace-normal">{viewers.map(({ name }) => name).join(", ")}</span>
    </span>
  );
}

/** When it last printed something or was left: long after, it is closed. */
function IdleSince({ at }: { at: string }) {
  const t = useTranslations("terminal");
  return (
    <span className="block text-ink-3 text-xs">{t.rich("all.idle", { time: () => <RelativeTime at={at} /> })}</span>
  );
}

function StateOf({ session }: { session: TerminalInfo }) {
  const t = useTranslations("terminal");
  if (session.state === "running") {
    return (
      <Badge tone="run">
        <Circle aria-hidden className="fill-current" />
        {t("all.running")}
      </Badge>
    );
  }
  return (
    <Badge>
      <CircleStop aria-hidden />
      {session.exitCode === null ? t("all.ended") : t("all.endedWith", { status: session.exitCode })}
    </Badge>
  );
}
