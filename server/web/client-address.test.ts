import { expect, test } from "vitest";

import { readConfig } from "@/server/config";
import { clientAddress } from "./client-address";

const proxies = (text: string) => readConfig({ NODE_ENV: "test", MACHINEROOM_TRUSTED_PROXIES: text }).trustedProxies;

test("nobody is trusted unless named: the peer is who asks, whatever it says", () => {
  expect(clientAddress("203.0.113.9", "10.0.0.1", proxies(""))).toBe("203.0.113.9");
  expect(clientAddress("127.0.0.1", "10.0.0.1", proxies(""))).toBe("127.0.0.1");
  expect(clientAddress(undefined, "10.0.0.1", proxies("127.0.0.1"))).toBe("unknown");
});

test.each([
  ["127.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["127.0.0.1", "2001:db8::7", "2001:db8::7"],
  // The proxy appends whom it saw; before that stands what the browser claimed.
  ["127.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"],
  ["127.0.0.1", ["1.2.3.4", "203.0.113.9"], "203.0.113.9"],
  // Through two proxies of ours.
  ["127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"],
  ["::1", "203.0.113.9, 10.1.2.3, 127.0.0.1", "203.0.113.9"],
  // It names nobody, or nobody's address.
  ["127.0.0.1", undefined, "127.0.0.1"],
  ["127.0.0.1", "", "127.0.0.1"],
  ["127.0.0.1", "203.0.113.9, unknown", "127.0.0.1"],
  ["127.0.0.1", "10.1.2.3", "10.1.2.3"],
  // No proxy of ours.
  ["192.0.2.1", "203.0.113.9", "192.0.2.1"],
])("from %s, forwarded for %s: %s", (peer, forwardedFor, address) => {
  expect(clientAddress(peer, forwardedFor, proxies("127.0.0.1, ::1 10.0.0.0/8"))).toBe(address);
});

test.each(["localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "300.1.1.1"])(
  "%s is no proxy's address",
  (text) => expect(() => proxies(text)).toThrow(/MACHINEROOM_TRUSTED_PROXIES/),
);
