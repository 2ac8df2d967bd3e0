import { STATUS_CODES } from "node:http";

import { type AppError, toErrorBody } from "@/lib/errors";

/** A whole HTTP answer that tells an error, for a socket that Node gave no response to write to. It closes the connection. */
export function rawAnswer(status: number, error: AppError): string {
  const body = JSON.stringify(toErrorBody(error));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
