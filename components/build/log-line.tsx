import { Fragment, memo } from "react";

import type { BuildLogLine } from "@/lib/build";
import { cn } from "@/lib/utils";

const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

interface LogLineProps {
  line: BuildLogLine;
  search: string;
}

/** One line with the time it came at; commands stand out, what was searched for is marked. Drawn once, not with every line that follows. */
export const LogLine = memo(function LogLine({ line, search }: LogLineProps) {
  const time = TIME.format(new Date(line.at));
  return (
    <p className={cn("flex gap-2.5", line.stream === "info" && "text-ink", isProblem(line) && "text-fail")}>
      <time dateTime={line.at} title={line.at} className="shrink-0 select-none text-ink-3">
        {time}
      </time>
      <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">
        <Marked text={line.text} search={search.trim()} />
      </span>
    </p>
  );
});

/** Tools print progress on standard error too: it is the words that tell. */
function isProblem({ stream, text }: BuildLogLine): boolean {
  return stream === "stderr" && /^(?:error|E|fatal|==> ERROR)\b/i.test(text);
}

function Marked({ text, search }: { text: string; search: string }) {
  if (search === "") return <>{text}</>;
  const parts: { at: number; plain: string; found: string }[] = [];
  const lower = text.toLowerCase();
  let at = 0;
  while (at < text.length) {
    const next = lower.indexOf(search.toLowerCase(), at);
    const end = next === -1 ? text.length : next;
    parts.push({ at, plain: text.slice(at, end), found: text.slice(end, end + (next === -1 ? 0 : search.length)) });
    at = next === -1 ? text.length : end + search.length;
  }
  return parts.map((part) => (
    <Fragment key={part.at}>
      {part.plain}
      {part.found ? <mark className="rounded-xs bg-busy-soft text-busy">{part.found}</mark> : null}
    </Fragment>
  ));
}
