"use client";

import * as Primitive from "radix-ui/tooltip";
import { useEffect, useRef, useState } from "react";

import { Existing } from "./existing";

const DELAY_MS = 300;

/** The element whose tooltip is shown next, and what reached for it. */
interface Aim {
  element: HTMLElement;
  by: "pointer" | "focus";
  /** Counts up with every new element. */
  turn: number;
}

/** Shows the tooltip of whatever the pointer or the focus of the keyboard is on. There is one on the page, loaded after it. */
export function Tooltips() {
  const [aim, setAim] = useState<Aim | null>(null);
  useEffect(() => {
    const take = (target: EventTarget | null, by: Aim["by"]) => {
      const element = target instanceof Element ? target.closest<HTMLElement>("[data-tooltip]") : null;
      setAim((before) => {
        // What is no longer on the page is told by nobody.
        if (!element) return before?.element.isConnected ? before : null;
        return before?.element === element ? before : { element, by, turn: (before?.turn ?? 0) + 1 };
      });
    };
    const onPointer = ({ target, pointerType }: PointerEvent) => pointerType !== "touch" && take(target, "pointer");
    const onFocus = ({ target }: Pick<FocusEvent, "target">) =>
      target instanceof Element && target.matches(":focus-visible") && take(target, "focus");
    // What was reached for before this was loaded; but not what was pressed since.
    onFocus({ target: document.activeElement });
    take(document.querySelector("[data-tooltip]:hover:not(:focus)"), "pointer");
    document.addEventListener("pointerover", onPointer);
    document.addEventListener("focusin", onFocus);
    return () => {
      document.removeEventListener("pointerover", onPointer);
      document.removeEventListener("focusin", onFocus);
    };
  }, []);
  return (
    <Primitive.Provider delayDuration={DELAY_MS}>
      {aim ? <TooltipAt key={aim.turn} element={aim.element} by={aim.by} /> : null}
    </Primitive.Provider>
  );
}

function TooltipAt({ element, by }: Omit<Aim, "turn">) {
  const textOf = () => element.dataset["tooltip"] ?? "";
  const [text, setText] = useState(textOf);
  return (
    <Primitive.Root onOpenChange={(open) => open && setText(textOf())}>
      <Primitive.Trigger asChild>
        <Watched element={element} by={by} />
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          sideOffset={4}
          collisionPadding={8}
          className="z-60 max-w-xs whitespace-pre-line rounded-md bg-ink px-2 py-1 text-bg text-xs shadow"
        >
          {text}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

const HANDLERS = {
  pointermove: "onPointerMove",
  pointerleave: "onPointerLeave",
  pointerdown: "onPointerDown",
  click: "onClick",
  focus: "onFocus",
  blur: "onBlur",
} as const;

interface WatchedProps extends Omit<Aim, "turn">, Partial<Record<(typeof HANDLERS)[keyof typeof HANDLERS], Handler>> {
  ref?: React.Ref<HTMLElement>;
  "aria-describedby"?: string;
}

type Handler = (event: Event) => void;

/** Gives the trigger what happens to the element, and the element what the trigger says of itself. */
function Watched({ element, by, ref, "aria-describedby": describedBy, ...handlers }: WatchedProps) {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    const watches = Object.entries(HANDLERS).map(([type, name]) => {
      const listener: Handler = (event) => latest.current[name]?.(event);
      element.addEventListener(type, listener);
      return () => element.removeEventListener(type, listener);
    });
    // What reached for it has happened already.
    latest.current[by === "focus" ? "onFocus" : "onPointerMove"]?.(new Event(by));
    return () => {
      for (const stop of watches) stop();
    };
  }, [element, by]);
  useEffect(() => {
    if (describedBy === undefined) return;
    element.setAttribute("aria-describedby", describedBy);
    return () => element.removeAttribute("aria-describedby");
  }, [element, describedBy]);
  return <Existing element={element} {...(ref ? { ref } : {})} />;
}
