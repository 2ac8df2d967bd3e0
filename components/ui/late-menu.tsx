"use client";

import * as Slot from "radix-ui/slot";
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useState,
} from "react";

import { loadLater } from "./load-later";

/** What a menu has to know of the button that opens it: `MenuAt` takes it. */
export interface MenuPlace {
  trigger: HTMLElement;
  triggerId: string;
  menuId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** It was opened by a key: its first item is then focused. */
  byKey: boolean;
}

interface LateMenuProps {
  /** The button that opens it. */
  children: ReactElement;
  /** Loads the code of the menu. */
  load: () => Promise<unknown>;
  /** The menu, a component of that code. */
  menu: (place: MenuPlace) => ReactNode;
}

/** The button of a menu whose code is loaded after the page, or with the first key or pointer that reaches for it. */
export function LateMenu({ children, load, menu }: LateMenuProps) {
  const id = useId();
  const menuId = `${id}-menu`;
  const [trigger, setTrigger] = useState<HTMLElement | null>(null);
  const [wanted, setWanted] = useState(false);
  const [open, setOpen] = useState(false);
  const [byKey, setByKey] = useState(false);
  useEffect(() => loadLater(load), [load]);
  const want = () => setWanted(true);
  const show = (keyed: boolean) => {
    want();
    setByKey(keyed);
    setOpen(!open);
  };
  return (
    <>
      <Slot.Root
        ref={setTrigger}
        id={id}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? menuId : undefined}
        data-state={open ? "open" : "closed"}
        onPointerEnter={want}
        onFocus={want}
        onPointerDown={(event: PointerEvent) => {
          if (event.button !== 0 || event.ctrlKey) return;
          show(false);
          // The focus goes to the menu, not to the button.
          if (!open) event.preventDefault();
        }}
        onKeyDown={(event: KeyboardEvent) => {
          if (!["Enter", " ", "ArrowDown"].includes(event.key)) return;
          show(true);
          event.preventDefault();
        }}
      >
        {children}
      </Slot.Root>
      {wanted && trigger ? menu({ trigger, triggerId: id, menuId, open, onOpenChange: setOpen, byKey }) : null}
    </>
  );
}
