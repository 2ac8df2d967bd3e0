/** A ref for the chosen one of a row of tabs that scrolls: on a phone it may lie outside. */
export function scrollToCurrent(tab: HTMLElement | null): void {
  tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
