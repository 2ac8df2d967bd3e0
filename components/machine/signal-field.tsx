"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";

import { Select } from "../ui/select";

/** What is sent by hand with what it does, the common ones first; what systemd as init understands last. */
const SIGNALS = [
  { value: "SIGTERM", meaning: "askToEnd" },
  { value: "SIGKILL", meaning: "endAtOnce" },
  { value: "SIGHUP", meaning: "hangUp" },
  { value: "SIGINT", meaning: "interrupt" },
  { value: "SIGQUIT", meaning: "quitWithCore" },
  { value: "SIGABRT", meaning: "abort" },
  { value: "SIGUSR1", meaning: "ownMeaning" },
  { value: "SIGUSR2", meaning: "ownMeaning" },
  { value: "SIGSTOP", meaning: "pause" },
  { value: "SIGCONT", meaning: "goOn" },
  { value: "SIGRTMIN+3", meaning: "initHalt" },
  { value: "SIGRTMIN+4", meaning: "initPowerOff" },
  { value: "SIGRTMIN+5", meaning: "initReboot" },
] as const;
export type Signal = (typeof SIGNALS)[number]["value"];

/** Only a machine's init gives these a meaning. */
const FOR_INIT = /^SIGRTMIN/;

interface SignalFieldProps {
  value: Signal;
  onChange: (signal: Signal) => void;
  /** It may go to the leader: what systemd as init understands is offered too. */
  init: boolean;
}

/** Which signal to send, each with what it does. */
export function SignalField({ value, onChange, init }: SignalFieldProps) {
  const t = useTranslations("machine");
  const id = useId();
  const offered = SIGNALS.filter((signal) => init || !FOR_INIT.test(signal.value));
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {t("signal")}
      </label>
      <Select
        id={id}
        label={t("signal")}
        value={value}
        options={offered.map((signal) => ({ value: signal.value, label: `${signal.value} · ${t(signal.meaning)}` }))}
        onValueChange={onChange}
      />
    </div>
  );
}
