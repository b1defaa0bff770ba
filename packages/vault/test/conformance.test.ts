import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { installTimeoutMs, type OpenBaoServer, startOpenBao } from "secrets-tools/openbao";
import { afterAll, beforeAll, describe, test } from "vitest";
import { VaultSecretStore } from "../src/index.js";

let server: OpenBaoServer;
beforeAll(async () => {
  server = await startOpenBao();
}, installTimeoutMs);
afterAll(() => server?.stop());

secretStoreConformance({
  ...{ test, describe, title: "VaultSecretStore on a real OpenBao" },
  capabilities: {
    ...{ write: true, delete: true, restore: true, list: true, describe: true },
    ...{ versions: true, rotate: true, compareAndSet: true, binary: true, metadata: true },
  },
  create: () => {
    const { address, rootToken: token } = server;
    return new VaultSecretStore({ address, token, binaryEncoding: "base64" });
  },
});
