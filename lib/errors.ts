/** The closed list of what can go wrong; the router maps each to one tRPC code (server/api/errors.ts). */
export const ERROR_CODES = [
  "NOT_FOUND",
  "CONFLICT",
  "INVALID",
  "FORBIDDEN",
  "PRECONDITION",
  "UNAVAILABLE",
  "TIMEOUT",
  "INTERNAL",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A failure told to a person: what failed and why (`message`), and what to try (`hint`). Never carries a stack to a browser. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** A fixed word for this very failure, where the page says it in the reader's language. */
  readonly reason: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string | undefined; reason?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.reason = options.reason;
  }
}

/** What a browser receives of an AppError, as `error.data.app` of a tRPC error and as the body of other 4xx/5xx answers. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  hint: string | null;
  reason?: string;
}

export function toErrorBody(error: AppError): ErrorBody {
  const { code, message, reason } = error;
  return { code, message, hint: error.hint ?? null, ...(reason === undefined ? {} : { reason }) };
}
