import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { anthropicOptions, createAnthropicClient } from "@llm-orchestrator/secrets-anthropic";
import { liveKey } from "@llm-orchestrator/secrets-live";
import { createOpenAIClient, openAIOptions } from "@llm-orchestrator/secrets-openai";
import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import OpenAI, { AzureOpenAI } from "openai";
import { type LlmServer, startLlmServer } from "secrets-tools/llm-server";
import { expect, onTestFinished, test, vi } from "vitest";
import { aiSdkCalls, anthropicCalls, type Calls, openAiCalls } from "./calls.js";
import { secretErrorIn, statusOf } from "./errors.js";
import { askIn, errorOf, everyWay } from "./every-way.js";
import { answer, key, makeWorld, newKey, oldKey, sequenceOf, type World } from "./world.js";

async function otherServer(): Promise<LlmServer> {
  const other = await startLlmServer({ keys: [oldKey, newKey] });
  onTestFinished(() => other.close());
  return other;
}

everyWay(
  "L17: a redirect to another place is not followed: the SDK's error, and nothing goes there",
  async ({ world, connect }) => {
    const other = await otherServer();
    const client = await connect();
    for (const status of [302, 307, 308]) {
      world.server.redirect = { location: `${other.url}/v1/chat/completions`, status };
      expect(statusOf(await errorOf(client.ask()))).toBe(status);
    }
    expect(world.seen()).toEqual(["old 302", "old 307", "old 308"]);
    expect(other.requests).toHaveLength(0);
  },
);

test.each(["x-api-key", "api-key", "x-goog-api-key", "authorization"])(
  "L17: a key in %s does not go where a redirect points",
  async (header) => {
    const other = await otherServer();
    const { server, store } = await makeWorld();
    const { apiKey, fetch } = liveKey(store, key, { origin: server.url });
    server.redirect = { location: `${other.url}/v1/messages`, status: 307 };
    const response = await fetch(`${server.url}/v1/messages`, {
      ...{ method: "POST", body: "{}", redirect: "follow", headers: { [header]: apiKey } },
    });
    expect(response.status).toBe(307);
    expect([server.requests.length, other.requests.length]).toEqual([1, 0]);
  },
);

/** Clients that were pointed elsewhere after their key was made live. */
const strayed: Readonly<Record<string, (world: World, elsewhere: string) => Promise<Calls>>> = {
  "new OpenAI({ ...openAIOptions, baseURL })": async ({ store, server }, elsewhere) => {
    const options = openAIOptions(store, key, { baseURL: `${server.url}/v1` });
    return openAiCalls(new OpenAI({ ...options, baseURL: `${elsewhere}/v1`, maxRetries: 0 }));
  },
  "new Anthropic({ ...anthropicOptions, baseURL })": async ({ store, server }, elsewhere) => {
    const options = anthropicOptions(store, key, { baseURL: server.url });
    return anthropicCalls(new Anthropic({ ...options, baseURL: elsewhere, maxRetries: 0 }));
  },
  "createOpenAI({ ...liveKey, baseURL })": async ({ store, server }, elsewhere) => {
    const options = liveKey(store, key, { origin: server.url });
    const provider = createOpenAI({ ...options, baseURL: `${elsewhere}/v1` });
    return aiSdkCalls(provider.chat("sample"), 0);
  },
  "createOpenAIClient, withOptions({ baseURL })": async ({ store, server }, elsewhere) => {
    const client = await createOpenAIClient(store, key, { baseURL: `${server.url}/v1` });
    return openAiCalls(client.withOptions({ baseURL: `${elsewhere}/v1`, maxRetries: 0 }));
  },
  "createAnthropicClient, withOptions({ baseURL })": async ({ store, server }, elsewhere) => {
    const client = await createAnthropicClient(store, key, { baseURL: server.url });
    return anthropicCalls(client.withOptions({ baseURL: elsewhere, maxRetries: 0 }));
  },
};

test.each(Object.keys(strayed))(
  "L17: a client that is pointed elsewhere afterwards sends nothing, and says where to pass the URL (%s)",
  async (name) => {
    const other = await otherServer();
    const world = await makeWorld();
    const make = strayed[name] as (typeof strayed)[string];
    const { plain } = await make(world, other.url);
    const error = secretErrorIn(await errorOf(plain()));
    expect(error).toMatchObject({ code: "CONFIGURATION", reason: "origin-not-allowed" });
    expect(error?.message).toContain(`only to ${world.server.url}`);
    expect(error?.message).toContain("as baseURL");
    expect([world.server.requests.length, other.requests.length]).toEqual([0, 0]);
  },
);

test("L17: an SDK that takes whole URLs sends the key to none but its own place", async () => {
  const other = await otherServer();
  const { server, store } = await makeWorld();
  const openAi = await createOpenAIClient(store, key, { baseURL: `${server.url}/v1` });
  const anthropic = await createAnthropicClient(store, key, { baseURL: server.url });
  for (const client of [openAi, anthropic]) {
    const error = await errorOf(client.get(`${other.url}/v1/models`, { maxRetries: 0 }));
    expect(secretErrorIn(error)).toMatchObject({ reason: "origin-not-allowed" });
  }
  expect([server.requests.length, other.requests.length]).toEqual([0, 0]);
});

const ambient = {
  OPENAI_API_KEY: "sk-ambient-openai-6c1d",
  OPENAI_ADMIN_KEY: "sk-ambient-admin-95b2",
  AZURE_OPENAI_API_KEY: "sk-ambient-azure-e07f",
  ANTHROPIC_API_KEY: "sk-ambient-anthropic-2f88",
  ANTHROPIC_AUTH_TOKEN: "sk-ambient-token-b4a3",
};

function stubAmbient(): void {
  for (const [name, value] of Object.entries(ambient)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** One header carries a key, and the key is this one. */
function expectOneKey(server: LlmServer, keyHeader: string, sent: string): void {
  for (const request of server.requests) {
    expect([request.keyHeader, request.key === sent]).toEqual([keyHeader, true]);
    const hidden = Object.values(request.headers).filter((value) => value === "[redacted]");
    expect(hidden).toHaveLength(1);
    const shown = JSON.stringify(request);
    expect(Object.values(ambient).filter((value) => shown.includes(value))).toEqual([]);
  }
}

everyWay(
  "L18: the key goes in the SDK's own header, and no key of the environment goes along",
  async ({ subject, world, connect }) => {
    stubAmbient();
    const client = await connect();
    expect(await client.ask()).toBe(answer);
    expect(world.server.requests).toHaveLength(1);
    expectOneKey(world.server, subject.keyHeader, oldKey);
  },
);

test.each(["plain", "stream"] as const)(
  "L18: AzureOpenAI sends its key as api-key, and it rotates (%s)",
  async (way) => {
    stubAmbient();
    const world = await makeWorld();
    const { server, store } = world;
    const client = new AzureOpenAI({
      ...openAIOptions(store, key, { origin: server.url }),
      ...{ endpoint: server.url, apiVersion: "2026-01-01", deployment: "sample" },
    });
    const calls = { ...openAiCalls(client), held: {} };
    expect(await askIn(way, calls)).toBe(answer);
    expectOneKey(server, "api-key", oldKey);
    expect(server.requests[0]?.path).toContain("/openai/deployments/sample/");
    await world.put(newKey);
    world.accept(newKey);
    expect(await askIn(way, calls)).toBe(answer);
    expect(world.seen()).toEqual(["old 200", "old 401", "new 200"]);
  },
);

everyWay(
  "L20: a fetch of the caller's own sends, and gets the key",
  async ({ subject, world, connect }) => {
    const sent: string[] = [];
    const client = await connect({
      fetch: (input, init) => {
        sent.push(new Headers(init?.headers).get(subject.keyHeader) ?? "none");
        return fetch(input, init);
      },
    });
    await client.ask();
    await world.put(newKey);
    world.accept(newKey);
    expect(await client.ask()).toBe(answer);
    expect(sent.map((value) => value.replace("Bearer ", ""))).toEqual([oldKey, oldKey, newKey]);
  },
);

everyWay("L20: headers of the caller's own go along, each time", async ({ world, connect }) => {
  const client = await connect({ headers: { "x-team": "search" } });
  await world.store.getSecret(key);
  await world.put(newKey);
  world.accept(newKey);
  expect(await client.ask()).toBe(answer);
  expect(world.server.requests.map(({ headers }) => headers["x-team"])).toEqual(
    Array(2).fill("search"),
  );
});

const clones: Readonly<Record<string, (world: World) => Promise<readonly [Calls, Calls]>>> = {
  createOpenAIClient: async ({ store, server }) => {
    const client = await createOpenAIClient(store, key, { baseURL: `${server.url}/v1` });
    return [openAiCalls(client), openAiCalls(client.withOptions({ maxRetries: 0 }))];
  },
  "new OpenAI(openAIOptions)": async ({ store, server }) => {
    const client = new OpenAI(openAIOptions(store, key, { baseURL: `${server.url}/v1` }));
    return [openAiCalls(client), openAiCalls(client.withOptions({ maxRetries: 0 }))];
  },
  createAnthropicClient: async ({ store, server }) => {
    const client = await createAnthropicClient(store, key, { baseURL: server.url });
    return [anthropicCalls(client), anthropicCalls(client.withOptions({ maxRetries: 0 }))];
  },
  "new Anthropic(anthropicOptions)": async ({ store, server }) => {
    const client = new Anthropic(anthropicOptions(store, key, { baseURL: server.url }));
    return [anthropicCalls(client), anthropicCalls(client.withOptions({ maxRetries: 0 }))];
  },
};

test.each(Object.keys(clones))(
  "L20: withOptions() makes a client whose key is as live as the first one's (%s)",
  async (name) => {
    const world = await makeWorld();
    const [original, clone] = await (clones[name] as (typeof clones)[string])(world);
    await clone.plain();
    await world.put(newKey);
    world.accept(newKey);
    expect([await clone.plain(), await original.plain()]).toEqual([answer, answer]);
    expect(world.seen()).toEqual(["old 200", "old 401", "new 200", "new 200"]);
    expect(world.forcedReads()).toBe(1);
  },
);

everyWay(
  "L20: two clients with two keys do not mix them up",
  async ({ world: { server }, connect }) => {
    const store = MemorySecretStore.from({ one: oldKey, two: newKey });
    server.keys.add(newKey);
    const one = await connect({ store, key: "one", headers: { "x-client": "one" } });
    const two = await connect({ store, key: "two", headers: { "x-client": "two" } });
    await Promise.all(Array.from({ length: 10 }, () => [one.ask(), two.ask()]).flat());
    const pairs = server.requests.map((request) => [request.headers["x-client"], request.key]);
    expect(pairs.filter(([, sent]) => sent === oldKey)).toEqual(Array(10).fill(["one", oldKey]));
    expect(pairs.filter(([, sent]) => sent === newKey)).toEqual(Array(10).fill(["two", newKey]));
    expect(new Set(sequenceOf(server))).toEqual(new Set(["old 200", "new 200"]));
  },
);
