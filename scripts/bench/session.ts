import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { z } from "zod";

import { output, until } from "./commands";

export const BASE_URL = process.env["MACHINEROOM_URL"] ?? "http://127.0.0.1:8470";
const PERSON = { email: "bench@example.com", name: "Bench", password: "correct horse battery staple" };

/** Somebody who has signed in, as a browser's or a script's cookies have it. */
export interface Session {
  cookies: { name: string; value: string }[];
  /** One tRPC query, by way of the web process. */
  query(path: string, input?: unknown): Promise<unknown>;
  /** One tRPC mutation. */
  mutate(path: string, input: unknown): Promise<unknown>;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Kept open, as a browser keeps its own. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Signs in; makes the first account of a fresh host before. */
export async function openSession(): Promise<Session> {
  const signIn = () => post("/api/auth/sign-in/email", { email: PERSON.email, password: PERSON.password });
  const answer = await signIn().catch(async () => {
    await makeAccount();
    return signIn();
  });
  const cookies = (answer.headers["set-cookie"] ?? []).flatMap((cookie) => {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
  const headers = { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
  return {
    cookies,
    query: async (path, input) => readData(await send("GET", `/api/trpc/${path}${toQuery(input)}`, headers)),
    mutate: async (path, input) => readData(await post(`/api/trpc/${path}`, input, headers)),
  };
}

async function makeAccount(): Promise<void> {
  const link = /https?:\/\/\S+/.exec(await output("/usr/lib/machineroom/bin/machineroom", "setup-link"))?.[0];
  if (link === undefined) throw new Error("no setup link was printed");
  await post("/api/setup", { token: new URL(link).searchParams.get("token"), ...PERSON });
}

function toQuery(input: unknown): string {
  return input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
}

function readData(answer: Answer): unknown {
  return z.object({ result: z.object({ data: z.unknown() }) }).parse(JSON.parse(answer.text)).result.data;
}

function post(path: string, body: unknown, cookies: Record<string, string> = {}): Promise<Answer> {
  const headers = { ...cookies, "content-type": "application/json", origin: BASE_URL };
  return send("POST", path, headers, JSON.stringify(body));
}

/** Rejects where the answer is no success. */
function send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(`${BASE_URL}${path}`, { method, headers, agent, timeout: 20_000 }, (response) => {
      const status = response.statusCode ?? 0;
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        if (status === 200) resolve({ status, headers: response.headers, text });
        else reject(new Error(`${path}: ${status} ${text}`));
      });
    });
    call.on("timeout", () => call.destroy(new Error(`${path}: no answer within 20 s`)));
    call.on("error", reject);
    call.end(body);
  });
}

export function waitForHealth(): Promise<void> {
  return until("the dashboard's answer", () =>
    send("GET", "/api/health", {}).then(
      () => true,
      () => false,
    ),
  );
}
