import { expect, test } from "vitest";
import { awsBackend } from "../../src/index.js";
import { aSecret } from "../support/scripted-aws.js";
import { scripted } from "../support/servers.js";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret-example" };

test("preload finds the credentials, once, however often it is called; the first read has them", async () => {
  let had = 0;
  const credentials = async () => {
    had++;
    return keys;
  };
  const { server, store } = await scripted(() => aSecret("v"), { credentials });
  await Promise.all([store.preload(), store.preload(), awsBackend.prepare?.(store)]);
  await store.preload();
  expect(server.calls).toEqual([]);
  await store.getSecret("k");
  expect([had, server.operations]).toEqual([1, ["GetSecretValue"]]);
});

test("credentials that never come end a call, preload and close in time", async () => {
  const credentials = () => new Promise<never>(() => {});
  const { server, store } = await scripted(() => aSecret("v"), { credentials, deadlineMs: 100 });
  const late = { code: "BACKEND_UNAVAILABLE", reason: "timeout" };
  await expect(store.getSecret("k")).rejects.toMatchObject(late);
  await expect(store.preload()).rejects.toMatchObject(late);
  expect(await store.healthCheck()).toMatchObject({ ok: false, state: "timeout" });
  const preloading = store.preload().catch((error: unknown) => error);
  await store.close();
  expect(await preloading).toMatchObject(late);
  expect(server.calls).toEqual([]);
});

test("after close everything is CLOSED, preload too; a second close changes nothing", async () => {
  const { server, store } = await scripted(() => aSecret("v"));
  await store.getSecret("k");
  const closing = store.close();
  expect(store.close()).toBe(closing);
  await closing;
  const closed = { code: "CLOSED" };
  await expect(store.preload()).rejects.toMatchObject(closed);
  await expect(store.getSecret("k")).rejects.toMatchObject(closed);
  await expect(store.getSecrets(["k"])).rejects.toMatchObject(closed);
  await expect(store.rollback("k")).rejects.toMatchObject(closed);
  await expect(store.replicateSecret("k", ["eu-west-1"])).rejects.toMatchObject(closed);
  await expect(store.listSecrets()[Symbol.asyncIterator]().next()).rejects.toMatchObject(closed);
  expect(await store.healthCheck()).toMatchObject({ ok: false });
  expect(server.calls).toHaveLength(1);
});
