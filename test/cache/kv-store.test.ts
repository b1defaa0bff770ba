import { SecretCache } from "@llm-orchestrator/secrets-cache";
import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, test } from "vitest";
import { KvStore } from "./kv-store.ts";

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
}, installTimeoutMs);
afterAll(() => server?.stop());

secretStoreConformance({
  ...{ test, describe, title: "SecretCache around a store on a real server" },
  capabilities: {
    ...{ write: true, delete: true, restore: true },
    ...{ versions: true, rotate: true, compareAndSet: true },
  },
  create: () => {
    return new SecretCache(new KvStore({ address: server.address, token: server.rootToken }));
  },
});
