import { Variant } from "dbus-next";

/** The settings of a transient service that services may choose, as systemd.service(5) names them. */
export interface ServiceSettings {
  environment?: Record<string, string>;
  killMode?: "control-group" | "mixed";
  timeoutStopMs?: number;
  /** Its mounts are its own and end with it. */
  privateMounts?: boolean;
  /** Run when it has ended, however it ended. */
  execStopPost?: readonly string[];
}

/** As properties of StartTransientUnit. */
export function serviceProperties(settings: ServiceSettings): Record<string, Variant> {
  const properties: Record<string, Variant> = {};
  if (settings.environment)
    properties["Environment"] = new Variant(
      "as",
      Object.entries(settings.environment).map(([key, value]) => `${key}=${value}`),
    );
  if (settings.killMode) properties["KillMode"] = new Variant("s", settings.killMode);
  if (settings.timeoutStopMs !== undefined)
    properties["TimeoutStopUSec"] = new Variant("t", BigInt(settings.timeoutStopMs) * 1000n);
  if (settings.privateMounts !== undefined) properties["PrivateMounts"] = new Variant("b", settings.privateMounts);
  if (settings.execStopPost)
    properties["ExecStopPost"] = new Variant("a(sasb)", [[settings.execStopPost[0], settings.execStopPost, false]]);
  return properties;
}
