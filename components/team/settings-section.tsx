import { type ReactNode, useId } from "react";

/** One matter of a settings page: what it is, what to know of it, and what can be done beside its title. */
export function SettingsSection({
  title,
  text,
  action,
  children,
}: {
  title: string;
  text?: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="grid content-start gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-52">
          <h2 id={id} className="font-semibold text-base">
            {title}
          </h2>
          {text ? <p className="text-ink-2">{text}</p> : null}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}
