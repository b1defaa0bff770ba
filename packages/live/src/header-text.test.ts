import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect, test } from "vitest";
import { key, newKey, oldKey, sampleApi, warnings } from "../test/sample-api.js";

test.each([
  ["an inner line break", "sk-canary-one\nsk-two"],
  ["a carriage return", "sk-canary\r\nX-Evil: 1"],
  ["a NUL", "sk-canary\0-one"],
  ["a letter beyond ASCII", "sk-canary-é"],
  ["an emoji", "sk-canary-🔑"],
  ["a space within", "sk-canary one"],
  ["a byte order mark within", "sk-canary-\ufeffone"],
  ["nothing but white space", " \n"],
])("a key with %s is INVALID_SECRET before anything is sent", async (_, value) => {
  const { server, store, call } = await sampleApi();
  await store.putSecret(key, value);
  const error = await call().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "INVALID_SECRET", reason: "not-a-header", key });
  await assertNoLeak(error, [value.trim() || "canary-none"], { slowChannels: false });
  expect(server.requests).toHaveLength(0);
});

test("a line break at the end of a key is left out, with one warning a version", async () => {
  const seen = warnings();
  const { server, store, call } = await sampleApi();
  await store.putSecret(key, `${oldKey}\n`);
  for (let times = 0; times < 3; times++) expect((await call()).status).toBe(200);
  expect(seen).toEqual([expect.objectContaining({ code: "SECRET_TRIMMED", key })]);
  server.keys.add(newKey);
  await store.putSecret(key, ` ${newKey}`);
  for (let times = 0; times < 3; times++) expect((await call()).status).toBe(200);
  expect(seen).toHaveLength(2);
});
