import { TRPCError } from "@trpc/server";
import type { Logger } from "pino";
import { ZodError } from "zod";

import { AppError, type ErrorBody, type ErrorCode, toErrorBody } from "@/lib/errors";

type TrpcCode = TRPCError["code"];

const TRPC_CODES: Record<ErrorCode, TrpcCode> = {
  NOT_FOUND: "NOT_FOUND",
  CONFLICT: "CONFLICT",
  INVALID: "BAD_REQUEST",
  FORBIDDEN: "FORBIDDEN",
  PRECONDITION: "PRECONDITION_FAILED",
  UNAVAILABLE: "SERVICE_UNAVAILABLE",
  TIMEOUT: "TIMEOUT",
  INTERNAL: "INTERNAL_SERVER_ERROR",
};

const HTTP_STATUSES: Record<ErrorCode, number> = {
  NOT_FOUND: 404,
  CONFLICT: 409,
  INVALID: 400,
  FORBIDDEN: 403,
  PRECONDITION: 412,
  UNAVAILABLE: 503,
  TIMEOUT: 408,
  INTERNAL: 500,
};

export function httpStatus(code: ErrorCode): number {
  return HTTP_STATUSES[code];
}

const INTERNAL_MESSAGE = "Something went wrong inside Machineroom.";
const INTERNAL_HINT = "The reason is in the journal: journalctl -u machineroom-api.service";

/** What several subscriptions fail of together, as all who read one journal, stands in the log once. */
const logged = new WeakSet<Error>();

function logOnce(error: Error, log: Logger): void {
  if (logged.has(error)) return;
  logged.add(error);
  log.error({ err: error }, "procedure failed");
}

/**
 * What a procedure threw, as tRPC sends it. What nobody foresaw is logged with its stack and told without it; what breaks off
 * because the caller went away (`aborted`) is no fault.
 */
export function toTrpcError(error: TRPCError, log: Logger, aborted = false): TRPCError {
  const cause = error.cause;
  if (cause instanceof AppError) {
    if (cause.code === "INTERNAL") logOnce(cause, log);
    return new TRPCError({ code: TRPC_CODES[cause.code], message: cause.message, cause });
  }
  if (error.code === "BAD_REQUEST" && cause instanceof ZodError) return invalidInput(cause);
  if (error.code === "INTERNAL_SERVER_ERROR") {
    if (aborted) return new TRPCError({ code: "CLIENT_CLOSED_REQUEST", message: "The caller went away." });
    logOnce(cause ?? error, log);
    return new TRPCError({
      code: "INTERNAL_SERVER_ERROR",
      message: INTERNAL_MESSAGE,
      cause: new AppError("INTERNAL", INTERNAL_MESSAGE, { hint: INTERNAL_HINT, cause }),
    });
  }
  return error;
}

/** Only a procedure's input parser throws a ZodError under BAD_REQUEST; output of the OS that does not parse is INTERNAL (above). */
function invalidInput(error: ZodError): TRPCError {
  return new TRPCError({
    code: "BAD_REQUEST",
    message: describeIssues(error),
    cause: new AppError("INVALID", describeIssues(error), { cause: error }),
  });
}

/** "name: A machine name has …; cols: Too small": at most three, the rest is counted. */
export function describeIssues(error: ZodError): string {
  const texts = error.issues.map((issue) => {
    const path = issue.path.map(String).join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  const shown = texts.slice(0, 3).join("; ");
  return texts.length > 3 ? `${shown}; and ${texts.length - 3} more` : shown;
}

/** The body of any refused request, tRPC or not. */
export function errorBodyOf(error: TRPCError): ErrorBody {
  if (error.cause instanceof AppError) return toErrorBody(error.cause);
  return { code: appCodeOf(error.code), message: error.message, hint: null };
}

function appCodeOf(code: TrpcCode): ErrorCode {
  switch (code) {
    case "NOT_FOUND":
    case "CONFLICT":
    case "TIMEOUT":
    case "FORBIDDEN":
      return code;
    case "UNAUTHORIZED":
      return "FORBIDDEN";
    case "PRECONDITION_FAILED":
      return "PRECONDITION";
    case "SERVICE_UNAVAILABLE":
      return "UNAVAILABLE";
    case "INTERNAL_SERVER_ERROR":
      return "INTERNAL";
    default:
      return "INVALID";
  }
}

interface FormatterInput<Shape> {
  error: TRPCError;
  shape: Shape;
}

/** Puts the ErrorBody at `error.data.app`, and never a stack. */
export function formatTrpcError<Shape extends { message: string; data: { stack?: string | undefined } }>({
  error,
  shape,
}: FormatterInput<Shape>) {
  const { stack: _stack, ...data } = shape.data;
  const app = errorBodyOf(error);
  return { ...shape, message: app.message, data: { ...data, app } };
}
