"use client";

import { type Ref, useImperativeHandle } from "react";

interface ExistingProps {
  element: HTMLElement;
  ref?: Ref<HTMLElement>;
}

/**
 * An element that is on the page already, for a Radix part that is loaded later: `<Trigger asChild><Existing …/></Trigger>`
 * hangs its content on that element. What else the part gives its child is not taken.
 */
export function Existing({ element, ref }: ExistingProps) {
  useImperativeHandle(ref, () => element, [element]);
  return null;
}
