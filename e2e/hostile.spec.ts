import { z } from "zod";

import { BAD_NAMES } from "@/server/api/test-inputs";
import { hostCommand, imageNames, placeMachine, removeMachine, startMachine } from "./fixtures/host";
import { procedures } from "./fixtures/procedures";
import { cookieOf, listen, openSocket, postJson, send, sendRawBytes } from "./fixtures/raw";
import { ADMIN, BASE_URL, call, expect, signIn, test } from "./fixtures/test";

const MACHINE = "hostile-one";
const LARGE = 5_000_000;
/** Refused as malformed (1002, 1003, 1007, 1008) or as too large (1009). */
const REFUSALS = [1002, 1003, 1007, 1008, 1009];

type Context = Parameters<typeof call>[0];

/** What must stay as it is, whatever is sent. */
async function stateOf(context: Context): Promise<unknown> {
  const [machines, users, invitations] = await Promise.all(
    ["machines.list", "users.list", "users.invitations"].map((path) => call(context, "query", path)),
  );
  // What takes a while to read, as the name of the OS, comes late by itself.
  const rows = z.array(z.object({ name: z.string(), state: z.string(), readOnly: z.boolean() })).parse(machines?.data);
  const members = z.array(z.object({ email: z.string(), role: z.string() })).parse(users?.data);
  const images = await hostCommand("/usr/bin/ls", "-A", "/var/lib/machines");
  return { rows, members, invitations: invitations?.data, images };
}

/** The same, once the list has come to what the host has: machines of another file may just have been removed. */
async function settledState(context: Context): Promise<unknown> {
  await expect(async () => {
    const { data } = await call(context, "query", "machines.list");
    const rows = z.array(z.object({ name: z.string(), state: z.string() })).parse(data);
    const shown = rows.map(({ name, state }) => (/^(start|stopp)ing$/.test(state) ? `${name} is ${state}` : name));
    expect(shown.sort()).toEqual((await imageNames()).sort());
  }).toPass({ timeout: 30_000 });
  return stateOf(context);
}

async function socketOf(context: Context, path: string) {
  const socket = await openSocket(path, { cookie: await cookieOf(context), origin: BASE_URL });
  if (typeof socket === "number") throw new Error(`${path} is refused: ${socket}`);
  return socket;
}

test.beforeAll(() => placeMachine(MACHINE));
test.afterAll(() => removeMachine(MACHINE));

test.describe("names", () => {
  /** An image may have a longer name than a machine, and one in any script. */
  const badNamesOf = (path: string) =>
    /^(?:images|transfers)\./.test(path)
      ? ["../x", "-a", ".host", "", "a/b", "..", ".#x"]
      : BAD_NAMES.filter((name) => name.isWellFormed());

  test("that no machine can have get a 4xx from every procedure, and reach nothing", async ({ context }) => {
    await signIn(context, ADMIN);
    const cookie = await cookieOf(context);
    const before = await settledState(context);
    const surprises: string[] = [];
    const named = (await procedures()).filter(({ named, type }) => named !== null && type !== "subscription");
    for (const { path, type, named: valid } of named) {
      for (const name of badNamesOf(path)) {
        const input = { ...valid, name };
        const query = `?input=${encodeURIComponent(JSON.stringify(input))}`;
        const answer =
          type === "mutation"
            ? await postJson(`/api/trpc/${path}`, input, { cookie })
            : await send("GET", `/api/trpc/${path}${query}`, { headers: { cookie } });
        if (answer.status !== 400) surprises.push(`${path} ${JSON.stringify(name)}: ${answer.status}`);
      }
    }
    expect(named.length).toBeGreaterThan(15);
    expect(surprises).toEqual([]);
    expect(await stateOf(context)).toEqual(before);
  });
});

test.describe("over HTTP", () => {
  const cases: [string, number[], (cookie: string) => Promise<{ status: number; text: string }>][] = [
    ["a huge body", [413], (cookie) => postJson("/api/trpc/machines.start", { name: "x".repeat(LARGE) }, { cookie })],
    ["a huge body outside the router", [413], () => postJson("/api/setup", { token: "x".repeat(LARGE) })],
    ["a huge sign-in", [413], () => postJson("/api/auth/sign-in/email", { email: "x".repeat(LARGE), password: "x" })],
    [
      "a huge query",
      [400, 414, 431],
      (cookie) => send("GET", `/api/trpc/me?input=${"x".repeat(60_000)}`, { headers: { cookie } }),
    ],
    [
      "a huge header",
      [431],
      (cookie) => send("GET", "/api/trpc/me", { headers: { cookie, "x-large": "x".repeat(60_000) } }),
    ],
    ["a body that is no JSON", [400], (cookie) => sendText("/api/trpc/machines.start", "{oops", cookie)],
    ["a body cut off", [400], (cookie) => sendText("/api/trpc/machines.start", '{"name":"a', cookie)],
    ["no body", [400], (cookie) => sendText("/api/trpc/machines.start", "", cookie)],
    ["a body that is an array", [400], (cookie) => sendText("/api/trpc/machines.start", "[]", cookie)],
    ["a deep body", [400], (cookie) => sendText("/api/trpc/machines.start", "[".repeat(100_000), cookie)],
    ["bytes that are no UTF-8", [400], (cookie) => sendText("/api/trpc/machines.start", "\ud800", cookie)],
    [
      "a form",
      [415],
      (cookie) => sendText("/api/trpc/machines.start", "name=arch", cookie, "application/x-www-form-urlencoded"),
    ],
    [
      "JSON called text",
      [415],
      (cookie) => sendText("/api/trpc/machines.start", '{"name":"arch"}', cookie, "text/plain"),
    ],
    [
      "a mutation by GET",
      [405],
      (cookie) => send("GET", "/api/trpc/machines.start?input=%7B%22name%22%3A%22arch%22%7D", { headers: { cookie } }),
    ],
    ["no such procedure", [404], (cookie) => postJson("/api/trpc/machines.destroyAll", {}, { cookie })],
    ["a procedure named like an object's own", [404], (cookie) => postJson("/api/trpc/__proto__", {}, { cookie })],
    [
      "a batch beyond the limit",
      [400],
      (cookie) =>
        send("GET", `/api/trpc/${Array(31).fill("me").join(",")}?batch=1&input=%7B%7D`, { headers: { cookie } }),
    ],
    ["no such address", [404], (cookie) => postJson("/api/no/such/thing", {}, { cookie })],
    [
      "a path out of the api",
      [400, 404],
      (cookie) => send("GET", "/api/trpc/../../etc/passwd", { headers: { cookie } }),
    ],
    [
      "another method",
      [404, 405, 415],
      (cookie) => send("DELETE", "/api/trpc/machines.start", { headers: { cookie, origin: BASE_URL } }),
    ],
    [
      "an endpoint of better-auth that is not served",
      [404],
      (cookie) => postJson("/api/auth/sign-up/email", { ...ADMIN, email: "x@example.com" }, { cookie }),
    ],
    ["a setup token that is no text", [400], () => postJson("/api/setup", { ...ADMIN, token: { $ne: "" } })],
    [
      "a role of one's own choice",
      [400],
      () => postJson("/api/invite/accept", { token: "x", name: "x", password: "long enough password", role: "admin" }),
    ],
  ];
  for (const [what, statuses, ask] of cases) {
    test(`${what} is refused with a 4xx, and changes nothing`, async ({ context }) => {
      await signIn(context, ADMIN);
      const before = await settledState(context);
      const answer = await ask(await cookieOf(context));
      expect(statuses, answer.text.slice(0, 300)).toContain(answer.status);
      expect(answer.text).not.toMatch(/\bat .+:\d+:\d+|node_modules|prisma/i);
      expect(await stateOf(context)).toEqual(before);
    });
  }
});

function sendText(path: string, body: string, cookie: string, type = "application/json") {
  return send("POST", path, { headers: { cookie, origin: BASE_URL, "content-type": type }, body });
}

const frame = (id: number, path: string) => ({ jsonrpc: "2.0", id, method: "query", params: { path } });

test.describe("over the page's socket", () => {
  const answered: [string, string][] = [
    ["no JSON", "{oops"],
    ["no message", "42"],
    ["null", "null"],
    ["a method that does not exist", JSON.stringify({ id: 1, method: "rm", params: { path: "me" } })],
    ["no path", JSON.stringify({ id: 1, method: "query", params: {} })],
    ["no such procedure", JSON.stringify(frame(1, "machines.destroyAll"))],
    ["an id that is an object", JSON.stringify({ ...frame(1, "me"), id: {} })],
    ["a deep message", "[".repeat(30_000)],
  ];
  for (const [what, text] of answered) {
    test(`${what} is answered with an error or a close code, and nothing happens`, async ({ context }) => {
      await signIn(context, ADMIN);
      const before = await settledState(context);
      const socket = await socketOf(context, "/api/trpc");
      const heard = listen(socket, (texts) => texts.length > 0);
      socket.send(text);
      const { texts, code } = await heard;
      socket.close();
      if (code === null)
        expect(JSON.parse(texts[0] ?? "")).toMatchObject({
          error: { data: { code: expect.stringMatching(/PARSE_ERROR|BAD_REQUEST|NOT_FOUND/) } },
        });
      else expect(REFUSALS).toContain(code);
      expect(texts.join()).not.toMatch(/node_modules|"stack"/);
      expect(await stateOf(context)).toEqual(before);
    });
  }

  const closed: [string, (send: (data: string | Buffer) => void) => void][] = [
    ["a frame beyond the limit", (send) => send("x".repeat(64 * 1024 + 1))],
    ["a flood of frames", (send) => Array.from({ length: 500 }, (_, id) => send(JSON.stringify(frame(id, "me"))))],
    [
      "a flood of calls in one frame",
      (send) => send(JSON.stringify(Array.from({ length: 500 }, (_, id) => frame(id, "me")))),
    ],
  ];
  for (const [what, flood] of closed) {
    test(`${what} ends it`, async ({ context }) => {
      await signIn(context, ADMIN);
      const socket = await socketOf(context, "/api/trpc");
      const heard = listen(socket);
      flood((data) => socket.send(data));
      expect(REFUSALS).toContain((await heard).code);
    });
  }

  test("bytes that are no frame end it, on both sockets", async ({ context }) => {
    await signIn(context, ADMIN);
    const cookie = await cookieOf(context);
    // A terminal that is not there is being closed already: then the bytes may cut the connection off.
    const codes = {
      "/api/trpc": REFUSALS,
      "/api/terminals/00000000-0000-4000-8000-000000000000": [...REFUSALS, 4404, 1006],
    };
    for (const [path, wanted] of Object.entries(codes)) {
      // Unmasked; with reserved bits; an opcode nobody knows; a control frame of 200 bytes.
      for (const bytes of ["8103616263", "f1830000000061", "8b8300000000616263", "89fe00c8"]) {
        const code = await sendRawBytes(path, cookie, Buffer.from(bytes, "hex"));
        expect(wanted, `${path} ${bytes}`).toContain(code);
      }
    }
  });
});

test.describe("over a terminal's socket", () => {
  test.beforeAll(async () => {
    await startMachine(MACHINE);
  });

  test("what is not understood ends it, and the terminal stays", async ({ context }) => {
    await signIn(context, ADMIN);
    const opened = await call(context, "mutation", "terminals.open", {
      name: MACHINE,
      kind: "shell",
      cols: 80,
      rows: 24,
    });
    const { id } = z.object({ id: z.string() }).parse(opened.data);
    for (const text of [
      "x",
      "{}",
      "null",
      '{"type":"rm"}',
      '{"type":"resize","cols":-1,"rows":24}',
      '{"type":"resize","cols":1e9,"rows":24}',
      '{"type":"resize","cols":80,"rows":24,"more":1}',
      '{"type":"ack","bytes":-5}',
      "[".repeat(20_000),
    ]) {
      const socket = await socketOf(context, `/api/terminals/${id}`);
      const heard = listen(socket);
      socket.send(text);
      const { texts, code } = await heard;
      expect(code, text.slice(0, 60)).toBe(1008);
      expect(texts.join(), text.slice(0, 60)).toContain('"INVALID"');
    }
    const large = await socketOf(context, `/api/terminals/${id}`);
    const heard = listen(large);
    large.send(Buffer.alloc(64 * 1024 + 1, "x"));
    expect((await heard).code).toBe(1009);

    const whole = await socketOf(context, `/api/terminals/${id}`);
    const output = new Promise<void>((resolve) => {
      let text = "";
      whole.on("message", (data, isBinary) => {
        if (isBinary) text += String(data);
        if (text.includes("still-42-here")) resolve();
      });
      whole.resume();
    });
    whole.send(Buffer.from("echo still-$((6*7))-here\n"));
    await output;
    whole.close();
    await call(context, "mutation", "terminals.close", { id });
  });

  test("a terminal that is not there says so", async ({ context }) => {
    await signIn(context, ADMIN);
    const socket = await socketOf(context, "/api/terminals/00000000-0000-4000-8000-000000000000");
    const { texts, code } = await listen(socket);
    expect(code).toBe(4404);
    expect(texts.join()).toContain('"NOT_FOUND"');
  });
});
