import { assertNoLeak } from "@llm-orchestrator/secrets-testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { MyServiceSecretStore } from "../src/index.js";
import { sampleKey } from "./keys.js";
import { StubService } from "./stub-service.js";

vi.setConfig({ testTimeout: 30_000 }); // worker threads and reports, on a machine that may be busy

const value = "canary-value-8f3a61c07b";
const token = "canary-token-25d9e4170c";
const canaries = [value, token];

let service: StubService;
beforeAll(async () => {
  service = await StubService.start();
});
afterAll(() => service.stop());

const makeStore = () => new MyServiceSecretStore({ address: service.address, token });

describe("a value and a token cannot be seen", () => {
  test("in a store, nor in a secret", async () => {
    service.fault = { status: 200, body: { value, version: "1" } };
    const store = makeStore();
    const secret = await store.getSecret(sampleKey);
    expect(secret.value.expose()).toBe(value);
    await assertNoLeak({ store, secret }, canaries);
  });

  test.each([200, 302, 400, 401, 403, 404, 409, 413, 429, 500])(
    "in an error, where an answer of status %d quotes them",
    async (status) => {
      for (const body of [`${value} ${token}`, { error: value, token }, [value, token]]) {
        service.fault = { status, body };
        const read = () => makeStore().getSecret(sampleKey);
        await assertNoLeak(read, canaries, { slowChannels: false });
      }
    },
  );

  test("in an error of a service that cannot be reached", async () => {
    const store = new MyServiceSecretStore({ address: "http://127.0.0.1:1", token });
    await assertNoLeak(() => store.putSecret(sampleKey, value), canaries);
  });

  test.each([{ address: `https://x:${token}@host` }, { address: 1 }, { timeoutMs: token }, token])(
    "in an error about options, case %#",
    async (wrong) => {
      const options = typeof wrong === "string" ? { [wrong]: 1 } : wrong;
      const given = { address: service.address, token, ...options } as never;
      await assertNoLeak(() => new MyServiceSecretStore(given), canaries);
    },
  );
});
