import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
import { startLlmServer } from "secrets-tools/llm-server";
import { expect, onTestFinished, test } from "vitest";
import { key, newKey, oldKey, sampleApi, warnings } from "../test/sample-api.js";
import { liveKey } from "./index.js";

test("redirects are not followed: no other place gets the key", async () => {
  const other = await startLlmServer({ keys: [oldKey] });
  onTestFinished(() => other.close());
  const { server, call, apiKey } = await sampleApi();
  for (const status of [301, 302, 303, 307, 308]) {
    server.redirect = { location: `${other.url}/v1/chat/completions`, status };
    const response = await call({ headers: { "x-api-key": apiKey, "api-key": apiKey } });
    expect(response.status).toBe(status);
  }
  expect(other.requests).toHaveLength(0);
});

test("a request to any other origin is refused, and nothing is read or sent", async () => {
  const { server, fetch, apiKey, reads } = await sampleApi();
  const headers = { authorization: `Bearer ${apiKey}` };
  const other = `http://localhost:${server.port}/v1/chat/completions`; // another name, another origin
  await expect(fetch(other, { headers })).rejects.toMatchObject({
    ...{ code: "CONFIGURATION", reason: "origin-not-allowed" },
    message: expect.stringContaining(`only to ${server.url}`),
  });
  await expect(fetch("/v1/relative", { headers })).rejects.toMatchObject({ code: "CONFIGURATION" });
  await expect(fetch(`${server.url}/?key=${apiKey}`)).rejects.toMatchObject({
    reason: "key-in-url",
  });
  expect([reads.mock.calls.length, server.requests.length]).toEqual([0, 0]);
});

test("a request without the placeholder, or with a redacted secret in it, is refused with the fix", async () => {
  const { server, store, fetch, call } = await sampleApi();
  await expect(
    fetch(`${server.url}/v1/models`, { headers: { authorization: "Bearer sk-ambient" } }),
  ).rejects.toMatchObject({ code: "CONFIGURATION", reason: "placeholder-missing" });
  const secret = await store.getSecret(key);
  warnings();
  await expect(call({ headers: { "x-extra": `${secret.value}` } })).rejects.toMatchObject({
    ...{ code: "CONFIGURATION", reason: "redacted-header" },
    message: expect.stringContaining(".expose()"),
  });
  expect(server.requests).toHaveLength(0);
});

test("two keys in one process do not mix, and a client's own fetch sends", async () => {
  const store = MemorySecretStore.from({ one: oldKey, two: newKey });
  const sent: string[] = [];
  const fetch = async (_: unknown, init?: RequestInit) => {
    sent.push(new Headers(init?.headers).get("x-api-key") ?? "");
    return new Response("{}");
  };
  const origin = "https://api.example";
  const clients = ["one", "two"].map((name) => liveKey(store, name, { origin, fetch }));
  for (const client of clients) {
    await client.fetch(`${origin}/v1`, { headers: { "x-api-key": client.apiKey } });
  }
  expect(sent).toEqual([oldKey, newKey]);
  const [one, two] = clients;
  const mixed = one?.fetch(origin, { headers: { "x-api-key": two?.apiKey ?? "" } });
  await expect(mixed).rejects.toMatchObject({ reason: "placeholder-missing" });
});

test("what the caller changes while the store is asked changes nothing", async () => {
  const { store, reads } = await sampleApi();
  const sent: unknown[] = [];
  const fetch = async (input: unknown, init?: RequestInit) => {
    sent.push([input, init?.method, init?.body]);
    return new Response("{}");
  };
  const live = liveKey(store, key, { origin: "https://api.example", fetch });
  const secret = await store.getSecret(key);
  let answer = (_: typeof secret) => {};
  reads.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
  const url = new URL("https://api.example/v1");
  const init = { method: "POST", body: "mine", headers: { "x-api-key": live.apiKey } };
  const calling = live.fetch(url, init);
  Object.assign(url, { host: "evil.example", pathname: "/stolen" });
  Object.assign(init, { method: "PUT", body: "other", headers: {} });
  answer(secret);
  expect((await calling).status).toBe(200);
  expect(sent).toEqual([["https://api.example/v1", "POST", "mine"]]);
});

test("an address that says something else each time it is asked is asked once", async () => {
  const sent: unknown[] = [];
  const fetch = async (input: unknown) => {
    sent.push(`${input}`);
    return new Response("{}");
  };
  const store = MemorySecretStore.from({ [key]: oldKey });
  const live = liveKey(store, key, { origin: "https://api.example", fetch });
  const answers = ["https://api.example/v1"];
  const address = { toString: () => answers.pop() ?? "https://evil.example/" };
  await live.fetch(address as never, { headers: { "x-api-key": live.apiKey } });
  expect(sent).toEqual(["https://api.example/v1"]);
});

test("prepare refuses a place to which the key may not go, before the store is asked", async () => {
  const { server, fetch, reads } = await sampleApi();
  const prepared = fetch.prepare({ url: "https://other.example/v1" });
  await expect(prepared).rejects.toMatchObject({ reason: "origin-not-allowed" });
  expect(reads).toHaveBeenCalledTimes(0);
  await fetch.prepare({ url: `${server.url}/v1` });
  expect(reads).toHaveBeenCalledTimes(1);
});

test("no placeholder stands in another one", () => {
  const store = MemorySecretStore.from({ [key]: oldKey });
  const make = () => liveKey(store, key, { origin: "https://api.example" }).apiKey;
  const all = Array.from({ length: 120 }, make);
  for (const one of all) expect(all.filter((other) => other.includes(one))).toEqual([one]);
});
