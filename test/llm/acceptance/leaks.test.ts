import { inspect } from "node:util";
import Anthropic from "@anthropic-ai/sdk";
import { liveKey } from "@llm-orchestrator/secrets-live";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { probeByKind } from "../../support/probe-by-kind.js";
import { anthropicCalls, openAiCalls } from "./calls.js";
import { Eavesdropper } from "./eavesdropper.js";
import { isRefusal, statusOf } from "./errors.js";
import { type Asker, errorOf, everyWay } from "./every-way.js";
import { brokenKey, waysToFail } from "./ways-to-fail.js";
import { key, makeWorld, newKey, oldKey } from "./world.js";

const canaries = [oldKey, newKey, brokenKey];

/** Without a worker and a report for each of hundreds of subjects. */
const quick = { slowChannels: false };

/** The commonest ways to print what an application holds: quick enough for every step. */
function look({ held }: Pick<Asker, "held">): void {
  const texts = [inspect(held, { depth: 10 }), inspect(held, { depth: 10, showHidden: true })];
  for (const part of Object.values(held)) texts.push(jsonOf(part));
  expect(canaries.filter((canary) => texts.join().includes(canary))).toEqual([]);
}

/** Without a model's validator of answers, which is broken for good once all its getters were called. */
function searchable({ held }: Asker): object {
  const { model } = held;
  return {
    ...held,
    ...(model instanceof Object && { model: { ...model, chunkSchema: undefined } }),
  };
}

function jsonOf(part: unknown): string {
  try {
    return JSON.stringify(part) ?? "";
  } catch {
    return ""; // a circle, of which nobody sees anything
  }
}

everyWay(
  "L13: neither the old key nor the new one can be seen in what a client is, logs, warns of or throws",
  async ({ subject, way, world, connect }) => {
    const eavesdropper = new Eavesdropper();
    const client = await connect({ maxRetries: 0, log: eavesdropper.log });
    await client.ask();
    look(client);
    await world.put(newKey);
    world.accept(newKey);
    await client.ask();
    look(client);
    world.accept(oldKey, newKey);
    for (const fail of waysToFail) {
      const error = await fail(world, client);
      await probeByKind(`${subject.name} ${error}`, error, canaries);
      look(client);
    }
    await eavesdropper.assertSilent(canaries);
    // Seconds for a whole SDK, which holds the same whichever way it was asked.
    if (way === "plain") await assertNoLeak(searchable(client), canaries, quick);
    expect(eavesdropper.audited.length).toBeGreaterThan(5);
    expect(eavesdropper.logged.length > 10).toBe(subject.sdk !== "ai");
  },
);

test("L13, control: the same search finds a key that an SDK was given as it is", async () => {
  const { server } = await makeWorld();
  const openAi = new OpenAI({ apiKey: oldKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
  const anthropic = new Anthropic({ apiKey: oldKey, baseURL: server.url, maxRetries: 0 });
  server.keys.clear();
  server.echoesKey = true;
  for (const [client, { plain }] of [
    [openAi, openAiCalls(openAi)],
    [anthropic, anthropicCalls(anthropic)],
  ] as const) {
    expect(() => look({ held: { client } })).toThrow();
    const error = await errorOf(plain());
    await expect(assertNoLeak(error, canaries, quick)).rejects.toThrow("A secret can be seen");
  }
});

test("L13, control: the search hears what is logged, printed, warned and audited", async () => {
  for (const channel of ["logged", "printed", "warned"] as const) {
    const eavesdropper = new Eavesdropper();
    await eavesdropper.assertSilent([oldKey]);
    if (channel === "logged") eavesdropper.log("sending", { authorization: oldKey });
    if (channel === "printed") console.debug("sending", { authorization: oldKey });
    if (channel === "warned") eavesdropper.onWarning(new Error(`sending ${oldKey}`));
    await expect(eavesdropper.assertSilent([oldKey])).rejects.toThrow("A secret can be seen");
  }
});

everyWay(
  "L14: a service that repeats the refused keys in its answer does not put them into the error",
  async ({ subject, world, connect }) => {
    const client = await connect();
    await world.store.getSecret(key);
    await world.put(newKey);
    world.accept();
    world.server.echoesKey = true;
    const error = await errorOf(client.ask());
    expect(isRefusal(subject, error)).toBe(true);
    expect(world.seen()).toEqual(["old 401", "new 401"]);
    expect((error as Error).message).toContain("Incorrect API key provided: [redacted]");
    await probeByKind(`${subject.name}, refused`, error, canaries);
  },
);

const echoes: readonly [where: string, make: (sent: string) => Response][] = [
  ["as JSON", (sent) => Response.json({ error: { message: sent } }, { status: 400 })],
  ["as JSON of no known type", (sent) => echo(`{"error":{"message":"${sent}"}}`, "x/y")],
  ["as a binary type", (sent) => echo(sent, "application/octet-stream")],
  ["as no type at all", (sent) => new Response(Buffer.from(sent), { status: 400 })],
  ["in base64", (sent) => echo(btoa(sent), "text/plain")],
  ["in a URL", (sent) => echo(`?key=${encodeURIComponent(sent)}`, "text/html")],
  ["in a header", (sent) => new Response("", { status: 400, headers: { "x-echo": sent } })],
  ["in the reason phrase", (sent) => new Response("", { status: 400, statusText: sent })],
];

function echo(text: string, type: string): Response {
  return new Response(text, { status: 400, headers: { "content-type": type } });
}

for (const [where, make] of echoes) {
  everyWay(
    `L14: an answer that repeats the key ${where} puts it into no error`,
    async ({ connect, subject }) => {
      let sent = "";
      const fetch = async (_: unknown, init?: RequestInit) => {
        sent = new Headers(init?.headers).get(subject.keyHeader) ?? "";
        return make(sent.replace("Bearer ", ""));
      };
      const client = await connect({ fetch, maxRetries: 0 });
      const error = await errorOf(client.ask());
      expect(statusOf(error)).toBe(400);
      expect(sent).toContain(oldKey);
      await probeByKind(`${subject.name}, 400`, error, canaries);
    },
    { ways: ["plain"] },
  );
}

test("L14: where a very long answer is cut, no part of a key is left", async () => {
  const { store } = await makeWorld();
  const origin = "https://api.example";
  const fetch = async () => echo(`${"x".repeat(999_990)}${oldKey}`, "text/plain");
  const live = liveKey(store, key, { origin, fetch });
  const response = await live.fetch(origin, { headers: { "x-api-key": live.apiKey } });
  const text = await response.text();
  expect(text.length).toBeLessThan(1_100_000);
  expect(text.includes(oldKey.slice(0, 4))).toBe(false);
});

test("L14: an answer that holds no key is handed on byte for byte", async () => {
  const { store } = await makeWorld();
  const origin = "https://api.example";
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const type = "application/octet-stream";
  const fetch = async () => new Response(bytes, { status: 404, headers: { "content-type": type } });
  const live = liveKey(store, key, { origin, fetch });
  const response = await live.fetch(origin, { headers: { "x-api-key": live.apiKey } });
  expect(response.headers.get("content-type")).toBe(type);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
});
