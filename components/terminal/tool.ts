/** The toolbar keeps to one line: on a phone, what a thumb may meet is larger than what is drawn. */
export const TOOL_TARGET = "relative after:absolute after:-inset-x-0.5 after:-inset-y-1 md:after:hidden";

/** An icon of a terminal's toolbar. */
export const TOOL = `${TOOL_TARGET} size-7 max-md:size-9`;
