import { z } from "zod";

import { commandArgumentSchema, machineNameSchema, userNameSchema } from "./names";

/** The wire of `/api/terminals/ID`: binary frames are terminal bytes, text frames are the JSON messages below. */
export const terminalSizeSchema = z.object({
  cols: z.number().int().min(2).max(1000),
  rows: z.number().int().min(1).max(500),
});
export type TerminalSize = z.infer<typeof terminalSizeSchema>;

/** `console` shows what the machine's console prints, and takes no input. */
export const TERMINAL_KINDS = ["login", "shell", "console"] as const;
export const terminalKindSchema = z.enum(TERMINAL_KINDS);
export type TerminalKind = z.infer<typeof terminalKindSchema>;

export const terminalOpenSchema = z.strictObject({
  name: machineNameSchema,
  kind: terminalKindSchema,
  user: userNameSchema.optional(),
  command: z.array(commandArgumentSchema.min(1)).min(1).max(64).optional(),
  cols: terminalSizeSchema.shape.cols,
  rows: terminalSizeSchema.shape.rows,
  /** Records it from its first byte on. */
  record: z.boolean().optional(),
});
export type TerminalOpen = z.infer<typeof terminalOpenSchema>;

export const terminalIdSchema = z.uuid();
export const terminalRefSchema = z.strictObject({ id: terminalIdSchema });

/** Input on its way that was not told as `taken`: a browser sends no more than this ahead. */
export const INPUT_WINDOW_BYTES = 64 * 1024;
/** At most so much in one binary frame of input. */
export const INPUT_FRAME_BYTES = 16 * 1024;

/** ^C and nothing else. Where no full-screen program has the screen, what was pasted before it and was not taken is not wanted any more. */
export function isInterrupt(input: Uint8Array): boolean {
  return input.length === 1 && input[0] === 0x03;
}

/** `root@arch`, or the machine alone where no user was chosen. */
export function terminalTitle({ machine, user }: Pick<TerminalInfo, "machine" | "user">): string {
  return user === null ? machine : `${user}@${machine}`;
}

/** That a session is being recorded: by whom (mail address), since when (ISO-8601). */
export const recordingStateSchema = z.object({ id: z.string(), by: z.string(), since: z.string() });
export type RecordingState = z.infer<typeof recordingStateSchema>;

/** Why a recording ended: somebody stopped it, the session ended, its bytes ran out, or the disk failed or did not keep up. */
export const RECORDING_ENDS = ["stopped", "ended", "limit", "disk", "slow"] as const;
export const recordingEndSchema = z.object({
  why: z.enum(RECORDING_ENDS),
  /** The limit in bytes. */
  limitBytes: z.number(),
  /** What the disk said. */
  error: z.string().nullable(),
});
export type RecordingEnd = z.infer<typeof recordingEndSchema>;

/** Browser to api. */
export const terminalClientMessageSchema = z.discriminatedUnion("type", [
  /** The browser's own size; the session takes it if this person may type. Sent when it changes and when the window is focused. */
  z.strictObject({
    type: z.literal("resize"),
    cols: terminalSizeSchema.shape.cols,
    rows: terminalSizeSchema.shape.rows,
  }),
  /** Bytes of live output parsed since the socket opened, in all: the flow control of the output. */
  z.strictObject({ type: z.literal("ack"), bytes: z.number().int().min(0) }),
  /** A hidden window does not hold the program back: it is given the screen anew when it is shown again. */
  z.strictObject({ type: z.literal("visible"), visible: z.boolean() }),
  /** Answered by `pong`: tells a living connection from a dead one. */
  z.strictObject({ type: z.literal("ping") }),
  /** Asks those who may type for leave to type. */
  z.strictObject({ type: z.literal("ask") }),
  /** Gives or takes a person's leave to type; by somebody who may type, or for oneself where nobody who may is there. */
  z.strictObject({ type: z.literal("typing"), person: z.string().min(1).max(100), allow: z.boolean() }),
]);
export type TerminalClientMessage = z.infer<typeof terminalClientMessageSchema>;

const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Windows this person has open on the session. */
  windows: z.number(),
  mayType: z.boolean(),
  asks: z.boolean(),
});
export type TerminalPerson = z.infer<typeof personSchema>;

/**
 * Api to browser. `attached` comes first, and the binary frame after it is the restored screen (possibly empty), which is not
 * counted for `ack`; every later binary frame is live output. `attached` comes again, with the screen, to a browser that had
 * fallen behind: it then starts from that screen.
 */
export const terminalServerMessageSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("attached"),
    id: z.string(),
    machine: z.string(),
    kind: terminalKindSchema,
    cols: z.number(),
    rows: z.number(),
    command: z.array(z.string()),
    startedAt: z.string(),
  }),
  z.object({ type: z.literal("resize"), cols: z.number(), rows: z.number() }),
  z.object({ type: z.literal("exit"), exitCode: z.number().nullable(), signal: z.number().nullable() }),
  z.object({ type: z.literal("error"), code: z.string(), message: z.string(), hint: z.string().nullable() }),
  z.object({ type: z.literal("pong") }),
  /** Bytes of input the program has taken since the socket opened, told every few kilobytes: the flow control of the input. */
  z.object({ type: z.literal("taken"), bytes: z.number() }),
  /** Whether the session is being recorded: before `attached`, and whenever that changes; `end` tells why a recording ended. */
  z.object({
    type: z.literal("recording"),
    recording: recordingStateSchema.nullable(),
    end: recordingEndSchema.nullable(),
  }),
  /** Who is there, whenever that changes. */
  z.object({ type: z.literal("people"), you: z.string(), people: z.array(personSchema) }),
]);
export type TerminalServerMessage = z.infer<typeof terminalServerMessageSchema>;

/** One session of `terminals.list`. Times are ISO-8601. */
export interface TerminalInfo extends TerminalSize {
  id: string;
  machine: string;
  kind: TerminalKind;
  /** The user inside the machine; null where a login asks for it, and for a console. */
  user: string | null;
  /** The equivalent command, as argv. */
  command: string[];
  /** What runs inside the machine, as argv; empty for a login shell and where there is nothing to choose. */
  program: string[];
  startedAt: string;
  openedBy: string;
  state: "running" | "exited";
  exitCode: number | null;
  endedAt: string | null;
  /** Since when nobody has looked at it and it has printed nothing; null while somebody looks. */
  idleSince: string | null;
  viewers: { name: string; mayType: boolean }[];
  /** Null while it is not being recorded. */
  recording: RecordingState | null;
}
