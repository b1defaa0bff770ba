import { writeFile } from "node:fs/promises";
import { SecretManagerBuilder } from "@llm-orchestrator/secrets-builder";
import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { expect, onTestFinished, test } from "vitest";
import { createFile } from "./create-file.js";
import { jsonFileBackend } from "./json-file-backend.js";
import { JsonFileStore } from "./json-file-store.js";

async function fixture(secrets: Record<string, unknown>) {
  const file = await createFile(secrets);
  onTestFinished(file.dispose);
  return file;
}

test("a builder makes it by object and by URL", async () => {
  const { path } = await fixture({ "db/password": "first", db: { user: "app" } });
  const url = `json-file:?path=${encodeURIComponent(path)}`;
  for (const builder of [
    new SecretManagerBuilder(jsonFileBackend, { path }),
    SecretManagerBuilder.fromUrl(url, { backends: [jsonFileBackend] }),
  ]) {
    const store = await builder.build();
    expect((await store.getSecret("db/password")).value.expose()).toBe("first");
    expect((await store.getSecret("db", { field: "user" })).value.expose()).toBe("app");
  }
});

test("a changed file is seen by the next read", async () => {
  const { path } = await fixture({ a: "1" });
  const store = new JsonFileStore({ path });
  expect((await store.getSecret("a")).value.expose()).toBe("1");
  await writeFile(path, '{"a":"2"}');
  expect((await store.getSecret("a")).value.expose()).toBe("2");
});

test("a file that is no JSON is BACKEND_UNAVAILABLE and is not quoted", async () => {
  const canary = "canary-Uf93mZxq";
  const { path } = await fixture({});
  for (const text of [`{"a":"${canary}"`, `"${canary}"`, `["${canary}"]`, "null", ""]) {
    await writeFile(path, text);
    const read = () => new JsonFileStore({ path }).getSecret("a");
    await expect(read()).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE", reason: "not-json" });
    await assertNoLeak(read, [canary], { slowChannels: false });
  }
});

test.each([
  "json-file:",
  "json-file:?path=",
  "json-file:?file=a.json",
  "json-file:?path=a.json&other=1",
  "json-file:a.json",
  "json-file://host?path=a.json",
  "json-file+x:?path=a.json",
])("%s is CONFIGURATION", async (url) => {
  const builder = SecretManagerBuilder.fromUrl(url, { backends: [jsonFileBackend] });
  await expect(builder.build()).rejects.toMatchObject({ code: "CONFIGURATION" });
});
