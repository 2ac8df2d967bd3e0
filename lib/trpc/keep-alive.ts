/** So long may nothing be heard before it is asked whether anybody is there. Only so does a page learn of a network that is gone without a word. */
const QUIET_MS = 5000;
/** Nobody looks; whoever does again has it asked at once. */
const HIDDEN_QUIET_MS = 60_000;
/** The answer has this long, in steps: a page that was asleep, or busy, meanwhile loses one of them, and hears what waits for it in the next. */
const ANSWER_STEPS = 6;
const ANSWER_STEP_MS = 500;

/**
 * Closes a socket of the api that has gone dead. Whatever is heard is a sign of life: over a slow link the answer stands behind all
 * that is on its way already. The answers themselves are nobody else's: a socket that carries nothing else is idle.
 */
export function keepAlive(socket: WebSocket): void {
  const over = new AbortController();
  const { signal } = over;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = false;
  const after = (ms: number, act: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
  const listen = () => {
    asked = false;
    after(document.hidden ? HIDDEN_QUIET_MS : QUIET_MS, ask);
  };
  const ask = () => {
    if (asked) return;
    asked = true;
    socket.send("PING");
    waitOn(ANSWER_STEPS);
  };
  const giveUp = () => {
    over.abort();
    socket.close();
  };
  const waitOn = (steps: number) => after(ANSWER_STEP_MS, steps > 1 ? () => waitOn(steps - 1) : giveUp);
  const look = () => {
    if (!document.hidden) ask();
  };
  socket.addEventListener(
    "open",
    () => {
      listen();
      // A phone that wakes, or has come to another network, may hold a socket that is long dead.
      document.addEventListener("visibilitychange", look, { signal });
      window.addEventListener("online", look, { signal });
    },
    { signal },
  );
  socket.addEventListener(
    "message",
    (event) => {
      listen();
      if (event.data === "PONG") event.stopImmediatePropagation();
    },
    { signal },
  );
  socket.addEventListener("close", () => over.abort(), { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
}
