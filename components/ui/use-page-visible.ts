"use client";

import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

const read = () => document.visibilityState === "visible";
const onTheServer = () => false;

/** Whether anybody can see the page: another tab may be in front of it. */
export function usePageVisible(): boolean {
  return useSyncExternalStore(subscribe, read, onTheServer);
}
