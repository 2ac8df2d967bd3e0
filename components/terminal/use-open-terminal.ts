"use client";

import { useMutation } from "@tanstack/react-query";

import type { TerminalInfo, TerminalOpen } from "@/lib/terminal";
import { useTRPC } from "@/lib/trpc/client";

export type OpenRequest = Omit<TerminalOpen, "cols" | "rows">;

/** Opens a terminal; it takes the size of the window as soon as it is shown. */
export function useOpenTerminal(onOpened: (id: string) => void) {
  const trpc = useTRPC();
  const mutation = useMutation(trpc.terminals.open.mutationOptions({ onSuccess: ({ id }) => onOpened(id) }));
  return {
    ...mutation,
    open: (request: OpenRequest, whenOpen?: () => void) =>
      mutation.mutate({ ...request, cols: 100, rows: 30 }, { onSuccess: () => whenOpen?.() }),
  };
}

/** The same terminal once more. */
export function requestOf({ machine, kind, user, program }: TerminalInfo): OpenRequest {
  return {
    name: machine,
    kind,
    ...(user === null ? {} : { user }),
    ...(program.length === 0 ? {} : { command: program }),
  };
}
