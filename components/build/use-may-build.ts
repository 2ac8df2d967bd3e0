"use client";

import { useMay } from "../shell/use-me";

/** Whether the signed-in person may build machines. */
export function useMayBuild(): boolean {
  return useMay("admin");
}
