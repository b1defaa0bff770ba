import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsSecretStore } from "@llm-orchestrator/secrets-aws";
import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** A Secrets Manager that has one secret for every name, or fails as it is told. */
let failure: { readonly status: number; readonly type: string } | undefined;
let requests: string[];
let server: Server;
let store: AwsSecretStore;

beforeEach(async () => {
  failure = undefined;
  requests = [];
  server = createServer(async (request, response) => {
    for await (const _chunk of request);
    requests.push(String(request.headers["x-amz-target"]));
    const headers = { "content-type": "application/x-amz-json-1.1" };
    if (failure) {
      response.writeHead(failure.status, { ...headers, "x-amzn-errortype": failure.type });
      return void response.end("{}");
    }
    response.writeHead(200, headers);
    const VersionId = "11111111-1111-4111-8111-111111111111";
    response.end(JSON.stringify({ SecretString: "value", VersionId, CreatedDate: 1_700_000_000 }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret-example" };
  const endpoint = `http://127.0.0.1:${port}`;
  store = new AwsSecretStore({ region: "us-east-1", endpoint, credentials, maxAttempts: 1 });
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

test("A40: 200 cold reads of one key side by side are one request", async () => {
  const cache = new SecretCache(store);
  const secrets = await Promise.all(Array.from({ length: 200 }, () => cache.getSecret("k")));
  expect(new Set(secrets.map(({ value }) => value.expose()))).toEqual(new Set(["value"]));
  expect(requests).toEqual(["secretsmanager.GetSecretValue"]);
});

test.each([
  [{ status: 503, type: "ServiceUnavailable" }, "BACKEND_UNAVAILABLE"],
  [{ status: 400, type: "ThrottlingException" }, "THROTTLED"],
])("A41: through %j a cache serves what it has, marked, and not for ever", async (outage, code) => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const cache = new SecretCache(store, {
    ttlMs: 1_000,
    staleIfErrorMs: 5_000,
    refreshAhead: false,
  });
  expect((await cache.getSecret("k")).stale).toBe(false);
  failure = outage;
  vi.advanceTimersByTime(2_000);
  const stale = await cache.getSecret("k");
  expect([stale.stale, stale.value.expose()]).toEqual([true, "value"]);
  vi.advanceTimersByTime(60_000);
  await expect(cache.getSecret("k")).rejects.toMatchObject({ code });
});

test("A42: what has not changed costs one request when its time is over, never two", async () => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const cache = new SecretCache(store, { ttlMs: 1_000, refreshAhead: false });
  await cache.getSecret("k");
  vi.advanceTimersByTime(2_000);
  await cache.getSecret("k");
  expect(requests).toHaveLength(2);
});
