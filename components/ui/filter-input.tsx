import { Search } from "lucide-react";

import { Input } from "./field";

interface FilterInputProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
}

/** The words a list is narrowed by as they are typed. */
export function FilterInput({ label, value, onChange }: FilterInputProps) {
  return (
    <div className="relative w-60 max-md:w-full">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3"
      />
      <Input
        type="search"
        className="w-full pl-8"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
