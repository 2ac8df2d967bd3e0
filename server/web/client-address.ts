import { type BlockList, isIP } from "node:net";

/**
 * The address of the browser that asks. That is the peer of the connection, or, where the peer is a proxy we trust, whom it
 * names last in X-Forwarded-For, and so on through further trusted proxies. What stands before that anybody can have written.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | string[] | undefined,
  trusted: BlockList,
): string {
  const hops = [forwardedFor ?? []].flat().join(",").split(",").map(plain);
  let address = plain(peer ?? "");
  while (isTrusted(address, trusted)) {
    const before = hops.pop();
    if (before === undefined || isIP(before) === 0) break;
    address = before;
  }
  return address === "" ? "unknown" : address;
}

/** An IPv4 address that came over an IPv6 socket, as IPv4. */
function plain(address: string): string {
  return address.trim().replace(/^::ffff:(?=\d+\.)/i, "");
}

function isTrusted(address: string, trusted: BlockList): boolean {
  const family = isIP(address);
  return family !== 0 && trusted.check(address, family === 6 ? "ipv6" : "ipv4");
}
