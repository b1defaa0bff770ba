import { inspect } from "node:util";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import type { SecretStore } from "@llm-orchestrator/secrets-core";
import { assertNoLeak, MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { Mistral } from "@mistralai/mistralai";
import { type LlmServer, startLlmServer } from "secrets-tools/llm-server";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Make, type Recipe, recipes } from "./clients.js";
import { loadPage } from "./page.js";

const page = await loadPage();
const oldKey = "sk-canary-old-31c8";
const newKey = "sk-canary-new-a5f0";
const answer = "Hello from a sample model.";

/** What the vendors' clients print; with debug logs on, that is every request. */
let printed: string[];

beforeEach(() => {
  printed = [];
  for (const name of ["log", "debug", "info", "warn", "error", "group", "trace"] as const) {
    vi.spyOn(console, name).mockImplementation((...line: unknown[]) => {
      printed.push(inspect(line, { depth: 8 }));
    });
  }
  for (const name of ["OPENAI", "ANTHROPIC", "GROQ"]) vi.stubEnv(`${name}_LOG`, "debug");
  vi.stubEnv("MISTRAL_DEBUG", "true");
  // What the vendors' clients take by themselves, where they are let.
  for (const name of ["OPENAI", "ANTHROPIC", "GOOGLE", "GEMINI", "MISTRAL", "GROQ"]) {
    vi.stubEnv(`${name}_API_KEY`, "sk-ambient");
  }
  vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "sk-ambient");
  vi.stubEnv("CO_API_KEY", "sk-ambient");
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function begin({ name, key, path }: Recipe) {
  const server = await startLlmServer({ keys: [oldKey], answer });
  onTestFinished(() => server.close());
  const store = MemorySecretStore.from({ [key]: oldKey });
  const cache = new SecretCache(store, { ttlMs: 3_600_000 });
  const client = (page[name] as Make)(cache, `${server.url}${path}`);
  const rotate = async () => {
    await store.putSecret(key, newKey); // by somebody else: the cache still holds the old one
    server.keys.clear();
    server.keys.add(newKey);
  };
  return { server, client, rotate };
}

function seen({ requests }: LlmServer): string[] {
  for (const { path, headers, body } of requests) {
    const rest = JSON.stringify([path, headers, body]);
    expect(rest).not.toMatch(/canary|ambient|secret-placeholder/);
  }
  const names = new Map([
    [oldKey, "old"],
    [newKey, "new"],
  ]);
  return requests.map(({ key: sent = "", status }) => `${names.get(sent) ?? "other"} ${status}`);
}

async function whole(parts: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const part of parts) text += part;
  return text;
}

describe.each(recipes)("$name of docs/recipes/llm-clients.md", (recipe) => {
  test.each([
    ["a plain call", (client: object) => recipe.plain(client)],
    ["a stream", (client: object) => whole(recipe.parts(client))],
  ])("%s goes on with the new key when the old one is revoked", async (_, ask) => {
    const { server, client, rotate } = await begin(recipe);
    expect(await ask(client)).toBe(answer);
    await rotate();
    expect(await ask(client)).toBe(answer);
    expect(await ask(client)).toBe(answer);
    expect(seen(server)).toEqual(["old 200", `old ${recipe.refusal}`, "new 200", "new 200"]);
  });

  test("two bad keys are two requests; nothing that is held, thrown or logged has one", async () => {
    const { server, client, rotate } = await begin(recipe);
    await recipe.plain(client);
    await rotate();
    server.keys.clear();
    server.echoesKey = true;
    const error = await recipe.plain(client).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    await assertNoLeak(error, [oldKey, newKey], { slowChannels: false });
    const { refusal } = recipe;
    expect(seen(server)).toEqual(["old 200", `old ${refusal}`, `new ${refusal}`]);
    expect(inspect(client, { depth: 8 })).not.toContain("canary");
    expect(printed.join("\n")).not.toContain("canary");
  });
});

test("the vendors' debug logs are seen here, and would show a key that a client holds", async () => {
  for (const name of ["chatOpenAI", "mistral", "groq"]) {
    const recipe = recipes.find((each) => each.name === name) as Recipe;
    const { client } = await begin(recipe);
    printed = [];
    await recipe.plain(client);
    expect([name, printed.join("\n")]).toEqual([name, expect.stringMatching(/authorization/i)]);
  }
  const server = await startLlmServer({ keys: [oldKey] });
  onTestFinished(() => server.close());
  const chat = { model: "sample", messages: [{ role: "user" as const, content: "Hello?" }] };
  await new Mistral({ apiKey: oldKey, serverURL: server.url }).chat.complete(chat);
  expect(printed.join("\n")).toContain("canary");
});

describe("by hand, for a WebSocket", () => {
  const key = "sample/api_key";

  async function stale() {
    const store = MemorySecretStore.from({ [key]: oldKey });
    const cache = new SecretCache(store, { ttlMs: 3_600_000 });
    await cache.getSecret(key);
    return { store, cache };
  }

  test("a connection that is refused is opened once more, with another key only", async () => {
    const connect = page.connect as <Socket>(
      store: SecretStore,
      key: string,
      open: (apiKey: string) => Promise<Socket>,
    ) => Promise<Socket>;
    const opened: string[] = [];
    const open = async (apiKey: string) => {
      opened.push(apiKey);
      if (apiKey !== newKey) throw new Error("refused");
      return "open";
    };
    await expect(connect((await stale()).cache, key, open)).rejects.toThrow("refused");
    expect(opened).toEqual([oldKey]);
    const { store, cache } = await stale();
    await store.putSecret(key, newKey);
    expect(await connect(cache, key, open)).toBe("open");
    expect(opened).toEqual([oldKey, oldKey, newKey]);
  });
});
