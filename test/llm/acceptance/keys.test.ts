import { onWarning, type SecretWarning } from "@llm-orchestrator/secrets-core";
import { createSecretFetch, geminiAuthFailure } from "@llm-orchestrator/secrets-live";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test } from "vitest";
import { isRefusal, secretErrorIn, statusOf } from "./errors.js";
import { errorOf, everyWay } from "./every-way.js";
import { answer, key, makeWorld, newKey, oldKey } from "./world.js";

everyWay(
  "L15: a refusal that asks to be retried is not: two requests, as ever",
  async ({ subject, world, connect }) => {
    const client = await connect({ maxRetries: 2 });
    await world.store.getSecret(key);
    await world.put(newKey);
    world.accept();
    world.server.shouldRetry = true;
    expect(isRefusal(subject, await errorOf(client.ask()))).toBe(true);
    expect(world.seen()).toEqual(["old 401", "new 401"]);
    expect(world.forcedReads()).toBe(1);
  },
);

everyWay(
  "L15: a refusal that asks to be retried is one request where the store has nothing else",
  async ({ subject, world, connect }) => {
    const client = await connect({ maxRetries: 2 });
    world.accept();
    world.server.shouldRetry = true;
    expect(isRefusal(subject, await errorOf(client.ask()))).toBe(true);
    expect(world.seen()).toEqual(["old 401"]);
  },
);

const unsendable: readonly [what: string, value: string][] = [
  ["a line break within", "sk-canary-first\nsk-canary-second"],
  ["a carriage return and a header within", "sk-canary-first\r\nx-evil: canary"],
  ["a letter beyond Latin-1", "sk-canary-łódź-0001"],
  ["a letter beyond ASCII", "sk-canary-übung-0001"],
];

for (const [what, value] of unsendable) {
  everyWay(
    `L16: a key with ${what} is INVALID_SECRET, is not sent and not shown`,
    async ({ subject, world, connect }) => {
      const client = await connect({ eager: false, ...(!subject.readsFirst && { maxRetries: 0 }) });
      await world.put(value);
      const error = await errorOf(client.ask());
      expect(secretErrorIn(error)).toMatchObject({ code: "INVALID_SECRET", key });
      expect(world.server.requests).toHaveLength(0);
      expect(world.watched.reads).toHaveLength(1);
      await assertNoLeak(error, [value], { slowChannels: false });
      await world.put(newKey);
      world.accept(newKey);
      world.store.invalidate(key);
      expect(await client.ask()).toBe(answer);
    },
  );
}

everyWay(
  "L16: a key that cannot be sent is found when the client is made",
  async ({ world, connect }) => {
    await world.put("sk-canary-first\nsk-canary-second");
    expect(await errorOf(connect())).toMatchObject({ code: "INVALID_SECRET", key });
  },
  { only: ({ readsFirst }) => readsFirst, ways: ["plain"] },
);

everyWay(
  "L16: a line break at the end of a key, as files have it, is not sent, and a warning says so",
  async ({ world, connect }) => {
    const warnings: SecretWarning[] = [];
    onTestFinished(onWarning((warning) => warnings.push(warning)));
    await world.put(`${newKey}\r\n`);
    world.accept(newKey);
    const client = await connect();
    expect(await client.ask()).toBe(answer);
    expect(world.seen()).toEqual(["new 200"]);
    expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(["SECRET_TRIMMED"]));
  },
);

everyWay(
  "L16: a rotation to a key that cannot be sent is an error of the store's, which shows neither",
  async ({ world, connect }) => {
    const client = await connect({ maxRetries: 0 });
    await world.store.getSecret(key);
    const [, value] = unsendable[0] as (typeof unsendable)[number];
    await world.put(value);
    world.accept(newKey);
    const error = await errorOf(client.ask());
    expect(secretErrorIn(error)).toMatchObject({ code: "INVALID_SECRET", key });
    await assertNoLeak(error, [value, oldKey], { slowChannels: false });
    expect(world.seen()).toEqual(["old 401"]);
  },
);

/** What Gemini says of a bad key, with status 400. */
const invalid = "API key not valid. Please pass a valid API key. (API_KEY_INVALID)";

test("L21: Gemini's 400 for a bad key counts as a refusal; any other 400 does not", async () => {
  const world = await makeWorld();
  const { server, store } = world;
  const fetch = createSecretFetch(store, key, {
    ...{ origin: server.url, authFailure: geminiAuthFailure },
  });
  const call = () =>
    fetch(`${server.url}/v1beta/models/sample/chat/completions`, {
      ...{ method: "POST", body: "{}", headers: { "x-goog-api-key": fetch.placeholder } },
    });
  await store.getSecret(key);
  await world.put(newKey);
  world.accept(newKey);
  server.failures.push({ status: 400, message: "Invalid value at 'contents'" });
  const ordinary = await call();
  expect(ordinary.status).toBe(400);
  expect(await ordinary.text()).toContain("Invalid value at");
  expect(world.forcedReads()).toBe(0);

  server.failures.push({ status: 400, message: invalid });
  expect((await call()).status).toBe(200);
  expect(world.seen()).toEqual(["old 400", "old 400", "new 200"]);
  expect(world.forcedReads()).toBe(1);
  expect(server.requests.map(({ keyHeader }) => keyHeader)).toEqual(
    Array(3).fill("x-goog-api-key"),
  );
});

everyWay(
  "L21: which answers refuse a key can be said of every client",
  async ({ world, connect }) => {
    const client = await connect({ authFailure: geminiAuthFailure });
    await world.store.getSecret(key);
    await world.put(newKey);
    world.accept(newKey);
    world.server.failures.push({ status: 400, message: invalid });
    expect(await client.ask()).toBe(answer);
    expect(world.seen()).toEqual(["old 400", "new 200"]);
    world.server.failures.push({ status: 400, message: "Invalid value at 'contents'" });
    expect(statusOf(await errorOf(client.ask()))).toBe(400);
    expect(world.server.requests).toHaveLength(3);
  },
);
