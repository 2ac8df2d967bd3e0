"use client";

import { Pause, Play } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useId, useRef, useState } from "react";

import { formatClock } from "@/lib/format";
import type { CastEvent, CastHeader } from "@/lib/recording";
import { LinkDialog } from "../terminal/link-dialog";
import { openScreen, type XtermScreen } from "../terminal/xterm-screen";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { ScrollRegion } from "../ui/scroll-region";
import { Select } from "../ui/select";
import { Slider } from "../ui/slider";
import { CastPlayer, type PlayerState } from "./cast-player";

const SPEEDS = ["1", "2", "4"] as const;
const MAX_PAUSE_SEC = 2;
const LARGEST_FONT = 13;
const SMALLEST_FONT = 6;
/** Of the font: a cell's width by its height. */
const CELL_WIDTH = 0.6;

interface Cast {
  header: CastHeader;
  events: readonly CastEvent[];
}

/** A recording on a screen of its own, with what plays it. */
export function RecordingPlayer({ cast }: { cast: Cast }) {
  const t = useTranslations("recordings");
  const element = useRef<HTMLDivElement>(null);
  const player = useRef<CastPlayer | null>(null);
  const [state, setState] = useState<PlayerState>({ position: 0, duration: 0, playing: false });
  const [link, setLink] = useState<string | null>(null);
  const label = t("label", { name: cast.header.title });
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    return show(
      target,
      cast,
      label,
      (opened) => {
        player.current = opened;
      },
      setState,
      setLink,
    );
  }, [cast, label]);
  return (
    <div className="overflow-hidden rounded-xl border bg-panel">
      <ScrollRegion label={label} className="min-h-40 bg-[#0c0f11] p-2">
        <div ref={element} tabIndex={-1} />
      </ScrollRegion>
      <Controls state={state} player={player} />
      <LinkDialog target={link} onDone={() => setLink(null)} returnFocus={element} />
    </div>
  );
}

function Controls({ state, player }: { state: PlayerState; player: { current: CastPlayer | null } }) {
  const t = useTranslations("recordings");
  const locale = useLocale();
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>("1");
  const [skip, setSkip] = useState(false);
  const skipId = useId();
  const times = { at: formatClock(state.position), length: formatClock(state.duration) };
  const Icon = state.playing ? Pause : Play;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t px-3 py-2">
      <Button
        variant="primary"
        disabled={state.duration === 0}
        onClick={() => (state.playing ? player.current?.pause() : player.current?.play())}
      >
        <Icon aria-hidden />
        {t(state.playing ? "pause" : "play")}
      </Button>
      <Slider
        label={t("position")}
        valueText={t("positionText", times)}
        value={state.position}
        max={Math.max(state.duration, 0.1)}
        step={0.1}
        disabled={state.duration === 0}
        onChange={(position) => player.current?.seek(position >= state.duration - 0.1 ? state.duration : position)}
        className="flex-1 basis-40"
      />
      <span className="text-ink-2 text-xs tabular-nums">{t("positionText", times)}</span>
      <Select
        label={t("speed")}
        value={speed}
        options={SPEEDS.map((value) => ({
          value,
          label: t("times", { speed: new Intl.NumberFormat(locale).format(Number(value)) }),
        }))}
        onValueChange={(value) => {
          setSpeed(value);
          player.current?.setSpeed(Number(value));
        }}
      />
      <label htmlFor={skipId} className="flex items-center gap-2 max-md:min-h-11">
        <Checkbox
          id={skipId}
          checked={skip}
          onCheckedChange={(checked) => {
            setSkip(checked === true);
            player.current?.setMaxPause(checked === true ? MAX_PAUSE_SEC : Number.POSITIVE_INFINITY);
          }}
        />
        {t("skip")}
      </label>
    </div>
  );
}

/** Returns what takes it down again. */
function show(
  target: HTMLElement,
  cast: Cast,
  label: string,
  onOpen: (player: CastPlayer | null) => void,
  onChange: (state: PlayerState) => void,
  onHiddenLink: (target: string) => void,
): () => void {
  let ended = false;
  let screen: XtermScreen | null = null;
  let player: CastPlayer | null = null;
  const nothing = () => undefined;
  const start = async () => {
    const opened = await openScreen(target, {
      label,
      fontSize: fontSizeFor(target, cast),
      onInput: nothing,
      onCopy: (text) => void navigator.clipboard?.writeText(text).catch(nothing),
      onFind: nothing,
      onFocus: nothing,
      onHiddenLink,
    });
    if (ended) return opened.dispose();
    screen = opened;
    opened.terminal.options.disableStdin = true;
    player = new CastPlayer(opened.terminal, cast, onChange);
    onOpen(player);
  };
  void start();
  return () => {
    ended = true;
    onOpen(null);
    player?.dispose();
    screen?.dispose();
  };
}

/** The widest it ever was fits, if that can be read. */
function fontSizeFor(target: HTMLElement, { header, events }: Cast): number {
  const cols = events.reduce(
    (most, event) => (event.type === "resize" ? Math.max(most, event.cols) : most),
    header.width,
  );
  const fitting = Math.floor((target.clientWidth / cols / CELL_WIDTH) * 2) / 2;
  return Math.min(Math.max(fitting, SMALLEST_FONT), LARGEST_FONT);
}
