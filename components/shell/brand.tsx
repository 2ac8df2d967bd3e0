/** The mark and the name. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2.5 font-semibold tracking-tight">
      <span aria-hidden className="grid size-[22px] place-items-center rounded-md bg-accent">
        <span className="size-2.5 rounded-xs border-2 border-accent-ink" />
      </span>
      Machineroom
    </span>
  );
}
