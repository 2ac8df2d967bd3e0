import { DBusError } from "dbus-next";

import { AppError, type ErrorCode } from "@/lib/errors";

interface Translation {
  code: ErrorCode;
  hint?: string;
}

/** Both families machined answers with: DBus.Error.* where errno has a standard mapping, System.Error.* for the rest. */
const TRANSLATIONS: Record<string, Translation> = {
  "org.freedesktop.machine1.NoSuchMachine": { code: "NOT_FOUND", hint: "It is not running. Start it first." },
  "org.freedesktop.machine1.NoSuchImage": { code: "NOT_FOUND", hint: "Look at the list of images on this host." },
  "org.freedesktop.machine1.MachineExists": { code: "CONFLICT" },
  "org.freedesktop.machine1.NoPrivateNetworking": {
    code: "PRECONDITION",
    hint: "The machine uses the host's network.",
  },
  "org.freedesktop.import1.NoSuchTransfer": { code: "NOT_FOUND", hint: "It has ended already." },
  "org.freedesktop.import1.TransferInProgress": {
    code: "CONFLICT",
    hint: "The same address is being fetched already. Wait for it, or cancel it.",
  },
  "org.freedesktop.systemd1.NoSuchUnit": { code: "NOT_FOUND" },
  "org.freedesktop.systemd1.NoSuchProcess": { code: "NOT_FOUND", hint: "Nothing of it runs any more." },
  "org.freedesktop.systemd1.UnitMasked": { code: "PRECONDITION", hint: "Unmask its unit with systemctl unmask." },
  "org.freedesktop.systemd1.BadUnitSetting": {
    code: "PRECONDITION",
    hint: "Its unit or a drop-in cannot be used. Look at it with systemctl cat, and correct it.",
  },
  "org.freedesktop.systemd1.LoadFailed": { code: "PRECONDITION", hint: "Look at its unit with systemctl status." },
  "org.freedesktop.systemd1.OnlyByDependency": {
    code: "PRECONDITION",
    hint: "It is started and stopped by the units that need it, never by hand.",
  },
  "org.freedesktop.systemd1.UnitExists": { code: "CONFLICT" },
  "org.freedesktop.systemd1.TransactionIsDestructive": {
    code: "CONFLICT",
    hint: "Another job for this machine is under way. Wait until it has ended.",
  },
  "org.freedesktop.DBus.Error.InvalidArgs": { code: "INVALID" },
  "org.freedesktop.DBus.Error.NotSupported": { code: "PRECONDITION" },
  "org.freedesktop.DBus.Error.AccessDenied": { code: "FORBIDDEN", hint: "The api must run as root on this host." },
  "org.freedesktop.DBus.Error.FileExists": { code: "CONFLICT" },
  "org.freedesktop.DBus.Error.FileNotFound": { code: "NOT_FOUND" },
  "org.freedesktop.DBus.Error.LimitsExceeded": { code: "UNAVAILABLE", hint: "Try again in a moment." },
  // The service ended, or was restarted, before it answered.
  "org.freedesktop.DBus.Error.NoReply": { code: "UNAVAILABLE", hint: "Try again in a moment." },
  "org.freedesktop.DBus.Error.Timeout": { code: "TIMEOUT" },
  "org.freedesktop.DBus.Error.ServiceUnknown": {
    code: "UNAVAILABLE",
    hint: "Is the package systemd-container (systemd-machined, systemd-importd) installed?",
  },
  "org.freedesktop.DBus.Error.NameHasNoOwner": { code: "UNAVAILABLE", hint: "Try again in a moment." },
  "org.freedesktop.DBus.Error.Disconnected": { code: "UNAVAILABLE", hint: "Try again in a moment." },
  "org.freedesktop.DBus.Error.UnknownObject": { code: "NOT_FOUND" },
  "System.Error.EBUSY": { code: "CONFLICT", hint: "It is in use. Power the machine off first." },
  "System.Error.EROFS": { code: "PRECONDITION", hint: "It is read-only." },
  "System.Error.ENXIO": { code: "NOT_FOUND" },
  "System.Error.ESRCH": { code: "NOT_FOUND" },
};

/** True for a D-Bus error of exactly this name. */
export function isDbusError(error: unknown, name: string): boolean {
  const cause = error instanceof AppError ? error.cause : error;
  return cause instanceof DBusError && cause.type === name;
}

/** An error of a D-Bus call as an AppError: systemd's own words, with a hint where there is one to give. */
export function translateDbusError(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof DBusError) {
    const known = TRANSLATIONS[error.type] ?? { code: "INTERNAL" as const };
    return new AppError(known.code, error.text || `${what} failed.`, { hint: known.hint, cause: error });
  }
  return new AppError("UNAVAILABLE", `${what} failed: the system bus did not answer.`, {
    hint: "Is dbus running on this host?",
    cause: error,
  });
}
