"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";

import { DEFAULT_EXEC_TIMEOUT_MS, machineExecSchema } from "@/lib/machine";
import { type SplitCommand, splitCommand } from "@/lib/split-command";
import { Button } from "../ui/button";
import { Dialog, DialogClose, DialogFooter } from "../ui/dialog";
import { ErrorState } from "../ui/error-state";
import { FormField } from "../ui/form-field";
import { Select } from "../ui/select";
import type { MachineDialogProps } from "./command-dialog";
import { CommandWords } from "./command-words";
import { ExecOutput } from "./exec-output";
import { useExec } from "./use-exec";

const LIMITS = ["10000", String(DEFAULT_EXEC_TIMEOUT_MS), "600000"] as const;

/** The words a program gets: what was typed, or a shell that reads it. */
function wordsOf(line: string, inShell: boolean): SplitCommand {
  if (!inShell) return splitCommand(line);
  return { ok: true, words: line.trim() === "" ? [] : ["/bin/sh", "-c", line], shellCharacter: null };
}

/** Runs one command inside, shows what it printed and how it ended. */
export function ExecDialog({ machine: { name }, onClose, returnFocus }: MachineDialogProps) {
  const t = useTranslations("machine");
  const [line, setLine] = useState("");
  const [inShell, setInShell] = useState(false);
  const [user, setUser] = useState("root");
  const [limit, setLimit] = useState<(typeof LIMITS)[number]>(LIMITS[1]);
  const { run, stop, running, result, error } = useExec();
  const split = wordsOf(line, inShell);
  const input = machineExecSchema.safeParse({
    name,
    user: user.trim(),
    command: split.ok ? split.words : [],
    timeoutMs: Number(limit),
  });
  const userWrong = !machineExecSchema.shape.user.safeParse(user.trim()).success;
  return (
    <Dialog
      open
      width="wide"
      onOpenChange={(open) => open || onClose()}
      title={t("execTitle", { name })}
      description={t("execText")}
      returnFocus={returnFocus}
    >
      <form
        className="grid gap-3"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (input.success && !running) run(input.data);
        }}
      >
        <FormField
          label={t("command")}
          placeholder="systemctl status nginx"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          style={{ fontFamily: "var(--font-mono)" }}
          value={line}
          onChange={(event) => setLine(event.target.value)}
        />
        <CommandWords split={split} inShell={inShell} onInShell={setInShell} />
        <div className="grid grid-cols-2 gap-3">
          <FormField
            label={t("user")}
            error={userWrong ? t("userWrong") : undefined}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={user}
            onChange={(event) => setUser(event.target.value)}
          />
          <div className="grid content-start gap-1">
            <span className="font-medium">{t("limit")}</span>
            <Select
              label={t("limit")}
              value={limit}
              options={LIMITS.map((value) => ({ value, label: t("limitSeconds", { seconds: Number(value) / 1000 }) }))}
              onValueChange={setLimit}
            />
          </div>
        </div>
        {error ? <ErrorState error={error} /> : null}
        {result ? <ExecOutput result={result} /> : null}
        <DialogFooter>
          <DialogClose asChild>
            <Button>{t("close")}</Button>
          </DialogClose>
          {/* Two buttons, not one that changes: the click that stops would submit the form as the other. */}
          {running ? (
            <Button key="stop" variant="danger" onClick={stop}>
              {t("stop")}
            </Button>
          ) : (
            <Button key="run" type="submit" variant="primary" disabled={!input.success}>
              {t("run")}
            </Button>
          )}
        </DialogFooter>
        <p role="status" className="sr-only">
          {running ? t("execRunning") : ""}
        </p>
      </form>
    </Dialog>
  );
}
