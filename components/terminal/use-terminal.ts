"use client";

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

import type { RecordingEnd, RecordingState, TerminalClientMessage, TerminalPerson, TerminalSize } from "@/lib/terminal";
import { connectTerminal, type TerminalConnection } from "./terminal-connection";
import { openScreen, type XtermScreen } from "./xterm-screen";

/** `restored`: attached to a session that had a screen already. */
export type TerminalPhase = "connecting" | "attached" | "lost" | "gone";

export interface TerminalState {
  phase: TerminalPhase;
  /** How often a screen was restored: above 1 the session was attached to again. */
  attachments: number;
  size: TerminalSize | null;
  exit: { exitCode: number | null; signal: number | null } | null;
  people: TerminalPerson[];
  you: string | null;
  /** Null while it is not being recorded. */
  recording: RecordingState | null;
  /** Why the last recording ended, while this page looked. */
  recordingEnd: RecordingEnd | null;
}

const INITIAL: TerminalState = {
  phase: "connecting",
  attachments: 0,
  size: null,
  exit: null,
  people: [],
  you: null,
  recording: null,
  recordingEnd: null,
};

export interface TerminalHandle {
  state: TerminalState;
  send(message: TerminalClientMessage): void;
  /** Types bytes, as a key would. */
  type(text: string): void;
  /** Pastes, bracketed where the program asked for it. */
  paste(text: string): void;
  screen: RefObject<XtermScreen | null>;
}

export interface TerminalEvents {
  label: string;
  fontSize: number;
  onCopy(text: string): void;
  onFind(): void;
  onHiddenLink(target: string): void;
  /** Says why nothing can be typed here, where that is so. */
  refusesInput(): boolean;
  /** A paste that is too large, or typed while the connection is lost. */
  onInputLost(): void;
  /** The api did not let the connection in. */
  onRefused(): void;
  /** Changes what is about to be typed: the key row's Ctrl. */
  transform(bytes: Uint8Array): Uint8Array;
}

/** Shows the api's terminal `id` in `element`, for as long as the component is there. */
export function useTerminal(
  id: string,
  element: RefObject<HTMLElement | null>,
  events: TerminalEvents,
): TerminalHandle {
  const [state, setState] = useState(INITIAL);
  const screen = useRef<XtermScreen | null>(null);
  const connection = useRef<TerminalConnection | null>(null);
  const latest = useRef(events);
  latest.current = events;

  useEffect(() => {
    const target = element.current;
    if (!target) return;
    return attach(id, target, { screen, connection, latest, setState });
  }, [id, element]);

  useEffect(() => {
    screen.current?.setFontSize(events.fontSize);
    const size = screen.current?.fittingSize();
    if (size) connection.current?.send({ type: "resize", ...size });
  }, [events.fontSize]);

  const send = useCallback((message: TerminalClientMessage) => connection.current?.send(message), []);
  const type = useCallback((text: string) => screen.current?.terminal.input(text), []);
  const paste = useCallback((text: string) => screen.current?.terminal.paste(text), []);
  return { state, send, type, paste, screen };
}

interface Parts {
  screen: RefObject<XtermScreen | null>;
  connection: RefObject<TerminalConnection | null>;
  latest: RefObject<TerminalEvents>;
  setState: (change: (state: TerminalState) => TerminalState) => void;
}

function attach(id: string, target: HTMLElement, { screen, connection, latest, setState }: Parts): () => void {
  let ended = false;
  const patch = (change: Partial<TerminalState>) => setState((state) => ({ ...state, ...change }));
  const tellSize = () => {
    const size = screen.current?.fittingSize();
    if (size) connection.current?.send({ type: "resize", ...size });
  };
  const observer = new ResizeObserver(tellSize);

  const start = async () => {
    const opened = await openScreen(target, {
      label: latest.current.label,
      fontSize: latest.current.fontSize,
      onInput: (bytes) => {
        if (latest.current.refusesInput()) return;
        if (!connection.current?.sendInput(latest.current.transform(bytes))) latest.current.onInputLost();
      },
      onCopy: (text) => latest.current.onCopy(text),
      onFind: () => latest.current.onFind(),
      onFocus: tellSize,
      onHiddenLink: (target) => latest.current.onHiddenLink(target),
    });
    if (ended) return opened.dispose();
    screen.current = opened;
    connection.current = connectTerminal(id, {
      onScreen(bytes, size) {
        opened.restore(bytes, size);
        setState((state) => ({ ...state, phase: "attached", size, attachments: state.attachments + 1 }));
        tellSize();
      },
      onOutput: opened.write,
      onResize(size) {
        opened.resize(size);
        patch({ size });
      },
      onPeople: (people, you) => patch({ people, you }),
      onRecording: (recording, recordingEnd) => patch({ recording, recordingEnd }),
      isFullScreen: () => opened.terminal.buffer.active.type === "alternate",
      onExit: (exit) => patch({ exit }),
      onLost(refused) {
        patch({ phase: "lost", people: [] });
        if (refused) latest.current.onRefused();
      },
      onGone: () => patch({ phase: "gone", people: [] }),
    });
    observer.observe(target);
    opened.terminal.focus();
  };
  setState(() => INITIAL);
  void start();
  return () => {
    ended = true;
    observer.disconnect();
    connection.current?.close();
    connection.current = null;
    screen.current?.dispose();
    screen.current = null;
  };
}
