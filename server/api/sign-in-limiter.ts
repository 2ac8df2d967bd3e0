interface Bucket {
  count: number;
  resetAt: number;
}

const WINDOW_MS = 60_000;
const PER_ADDRESS_AND_ACCOUNT = 5;
const PER_ADDRESS = 20;
const MAX_BUCKETS = 10_000;

/**
 * Bounds password guessing: failed sign-ins a minute, per address and account and per address. An attempt counts when it
 * begins, so parallel guesses can't slip through, and is forgotten when it succeeds. Nobody can lock another's account
 * from elsewhere, since no limit is per account alone.
 */
export class SignInLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Counts an attempt. Returns how many seconds to wait where there were too many, else null. */
  begin(ip: string | null, email: string): number | null {
    const [pair, address] = this.#keys(ip, email);
    const waitMs = Math.max(this.#waitMs(pair, PER_ADDRESS_AND_ACCOUNT), this.#waitMs(address, PER_ADDRESS));
    if (waitMs > 0) return Math.ceil(waitMs / 1000);
    this.#count(pair);
    this.#count(address);
    return null;
  }

  /** The attempt was right. */
  succeed(ip: string | null, email: string): void {
    const [pair, address] = this.#keys(ip, email);
    this.#buckets.delete(pair);
    const bucket = this.#buckets.get(address);
    if (bucket) bucket.count = Math.max(0, bucket.count - 1);
  }

  #keys(ip: string | null, email: string): [pair: string, address: string] {
    const address = ip === null ? "local" : networkOf(ip);
    return [`${address}\n${email.trim().toLowerCase().slice(0, 254)}`, address];
  }

  #waitMs(key: string, limit: number): number {
    const bucket = this.#buckets.get(key);
    if (!bucket) return 0;
    const left = bucket.resetAt - this.#now();
    return left > 0 && bucket.count >= limit ? left : 0;
  }

  #count(key: string): void {
    const now = this.#now();
    const bucket = this.#buckets.get(key);
    if (bucket && bucket.resetAt > now) {
      bucket.count += 1;
      return;
    }
    if (this.#buckets.size >= MAX_BUCKETS) this.#prune(now);
    this.#buckets.set(key, { count: 1, resetAt: now + WINDOW_MS });
  }

  #prune(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (bucket.resetAt <= now) this.#buckets.delete(key);
    }
    // Still full: the oldest go, in the order they came.
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size < MAX_BUCKETS) break;
      this.#buckets.delete(key);
    }
  }
}

/** An IPv4 address as it is; of an IPv6 address the /64 it lies in, which its owner can walk through freely. */
function networkOf(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [head = "", tail] = ip.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(zeros).fill("0"), ...after].slice(0, 4).join(":");
}
