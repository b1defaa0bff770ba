import Anthropic from "@anthropic-ai/sdk";
import { anthropicOptions, createAnthropicClient } from "@llm-orchestrator/secrets-anthropic";
import { createOpenAIClient, openAIOptions } from "@llm-orchestrator/secrets-openai";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { statusOf } from "./errors.js";
import { errorOf, everyWay } from "./every-way.js";
import { answer, key, makeWorld, newKey, type World } from "./world.js";

everyWay(
  "L10: a stream that is refused before its first byte is asked for again, and comes whole",
  async ({ world, connect }) => {
    const client = await connect();
    await world.store.getSecret(key);
    await world.put(newKey);
    world.accept(newKey);
    const parts: string[] = [];
    for await (const part of client.parts()) if (part !== "") parts.push(part);
    expect(parts).toEqual(["Hello ", "from ", "a ", "sample ", "model."]);
    expect(world.seen()).toEqual(["old 401", "new 200"]);
  },
  { ways: ["stream"] },
);

everyWay(
  "L10: a rotation in the middle of a stream does not disturb it; the next one has the new key",
  async ({ world, connect }) => {
    const client = await connect();
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    world.server.beforeEvent = (index) => (index === 5 ? gate : undefined);
    let text = "";
    for await (const part of client.parts()) {
      text += part;
      if (part === "" || world.server.keys.has(newKey)) continue;
      await world.put(newKey);
      world.accept(newKey);
      goOn();
    }
    expect(text).toBe(answer);
    expect(world.seen()).toEqual(["old 200"]);
    expect(await client.ask()).toBe(answer);
    expect(world.seen()).toEqual(["old 200", "old 401", "new 200"]);
  },
  { ways: ["stream"] },
);

/** What uploads, and what sends a body of the caller's own making. */
interface Uploader {
  upload(file: File): Promise<unknown>;
  post(body: unknown): Promise<unknown>;
}

const ofOpenAi = (client: OpenAI): Uploader => ({
  upload: (file) => client.files.create({ file, purpose: "assistants" }),
  post: (body) => client.post("/chat/completions", { body }),
});

const ofAnthropic = (client: Anthropic): Uploader => ({
  upload: (file) => client.beta.files.upload({ file }),
  post: (body) => client.post("/v1/messages", { body }),
});

const uploaders: Readonly<Record<string, (world: World) => Promise<Uploader>>> = {
  createOpenAIClient: async ({ store, server }) =>
    ofOpenAi(await createOpenAIClient(store, key, { baseURL: `${server.url}/v1` })),
  "new OpenAI(openAIOptions)": async ({ store, server }) =>
    ofOpenAi(new OpenAI(openAIOptions(store, key, { baseURL: `${server.url}/v1` }))),
  createAnthropicClient: async ({ store, server }) =>
    ofAnthropic(await createAnthropicClient(store, key, { baseURL: server.url })),
  "new Anthropic(anthropicOptions)": async ({ store, server }) =>
    ofAnthropic(new Anthropic(anthropicOptions(store, key, { baseURL: server.url }))),
};

async function revoked(name: string) {
  const world = await makeWorld();
  const uploader = await (uploaders[name] as (typeof uploaders)[string])(world);
  await world.store.getSecret(key);
  await world.put(newKey);
  world.accept(newKey);
  return { world, uploader };
}

test.each(Object.keys(uploaders))(
  "L11: a file that is refused is sent again whole, byte for byte (%s)",
  async (name) => {
    const { world, uploader } = await revoked(name);
    world.server.failures.push({ status: 401 }, { status: 200 });
    const content = Array.from({ length: 20_000 }, (_, index) => index.toString(36)).join(" ");
    await uploader.upload(new File([content], "file.txt", { type: "text/plain" }));
    expect(world.seen()).toEqual(["old 401", "new 200"]);
    const sizes = world.server.requests.map(({ body }) => Buffer.byteLength(body));
    expect(sizes[0]).toBe(sizes[1]);
    for (const { body, headers } of world.server.requests) {
      expect(headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
      expect(body).toContain(content);
    }
    expect(world.forcedReads()).toBe(1);
  },
);

test.each(Object.keys(uploaders))(
  "L11: a body that is a stream is not sent twice: the refusal says to call once more, which works (%s)",
  async (name) => {
    const { world, uploader } = await revoked(name);
    const body = () => new Blob(['{"model":"sample","messages":[]}']).stream();
    const error = await errorOf(uploader.post(body()));
    expect(statusOf(error)).toBe(401);
    expect((error as Error).message).toContain("cannot be sent again: call once more");
    expect(world.seen()).toEqual(["old 401"]);
    await uploader.post(body());
    expect(world.seen()).toEqual(["old 401", "new 200"]);
    expect(world.server.requests.map((request) => request.body)).toEqual(
      Array(2).fill('{"model":"sample","messages":[]}'),
    );
    expect(world.forcedReads()).toBe(1);
  },
);
