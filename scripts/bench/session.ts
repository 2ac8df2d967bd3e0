import { z } from "zod";

import { output } from "./commands";

export const BASE_URL = process.env["MACHINEROOM_URL"] ?? "http://127.0.0.1:8470";
const PERSON = { email: "bench@example.com", name: "Bench", password: "correct horse battery staple" };

/** Somebody who has signed in, as a browser's or a script's cookies have it. */
export interface Session {
  cookies: { name: string; value: string }[];
  /** One tRPC query, by way of the web process. */
  query(path: string): Promise<unknown>;
  /** One tRPC mutation. */
  mutate(path: string, input: unknown): Promise<unknown>;
}

/** Signs in; makes the first account of a fresh host before. */
export async function openSession(): Promise<Session> {
  const signIn = () => post("/api/auth/sign-in/email", { email: PERSON.email, password: PERSON.password });
  const answer = await signIn().catch(async () => {
    await makeAccount();
    return signIn();
  });
  const cookies = answer.headers.getSetCookie().flatMap((cookie) => {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
  const headers = { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
  return {
    cookies,
    query: async (path) => readData(await fetch(`${BASE_URL}/api/trpc/${path}`, { headers })),
    mutate: async (path, input) => readData(await post(`/api/trpc/${path}`, input, headers)),
  };
}

async function makeAccount(): Promise<void> {
  const link = /https?:\/\/\S+/.exec(await output("/usr/lib/machineroom/bin/machineroom", "setup-link"))?.[0];
  if (link === undefined) throw new Error("no setup link was printed");
  await post("/api/setup", { token: new URL(link).searchParams.get("token"), ...PERSON });
}

async function readData(answer: Response): Promise<unknown> {
  return z.object({ result: z.object({ data: z.unknown() }) }).parse(await answer.json()).result.data;
}

async function post(path: string, body: unknown, cookies: Record<string, string> = {}): Promise<Response> {
  const headers = { ...cookies, "content-type": "application/json", origin: BASE_URL };
  const answer = await fetch(`${BASE_URL}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

export async function waitForHealth(): Promise<void> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const answer = await fetch(`${BASE_URL}/api/health`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the dashboard does not answer");
}
