"use client";

import dynamic from "next/dynamic";
import { type ComponentProps, useEffect, useState } from "react";

import type { ConfirmAction } from "./confirm-action";

const Question = dynamic(() => import("./confirm-action").then((module) => module.ConfirmAction), { ssr: false });

/** ConfirmAction, there only from the first question on: a list has one a row, and most visits ask none. */
export function AskFirst(props: ComponentProps<typeof ConfirmAction>) {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (props.open) setAsked(true);
  }, [props.open]);
  return asked ? <Question {...props} /> : null;
}
