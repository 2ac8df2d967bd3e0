"use client";

import { useEffect, useRef, useState } from "react";

import type { CommandResult, MachineExec } from "@/lib/machine";
import { useTRPCClient } from "@/lib/trpc/client";

interface Exec {
  run: (input: MachineExec) => void;
  /** Ends the command in the machine. */
  stop: () => void;
  running: boolean;
  result: CommandResult | null;
  error: unknown;
}

/** One command at a time. Whoever goes away ends it: nobody would see what it prints. */
export function useExec(): Exec {
  const client = useTRPCClient();
  const [state, setState] = useState<Pick<Exec, "running" | "result" | "error">>({
    running: false,
    result: null,
    error: null,
  });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run = (input: MachineExec) => {
    const controller = new AbortController();
    abort.current = controller;
    setState({ running: true, result: null, error: null });
    client.machines.exec.mutate(input, { signal: controller.signal }).then(
      (result) => setState({ running: false, result, error: null }),
      (error: unknown) => setState({ running: false, result: null, error: controller.signal.aborted ? null : error }),
    );
  };
  return { ...state, run, stop: () => abort.current?.abort() };
}
