import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { describe, test } from "vitest";
import { HttpSecretStore } from "./http-secret-store.js";
import { startTruthServer } from "./truth-server.js";

secretStoreConformance({
  ...{ test, describe, title: "HttpSecretStore of the rotation example" },
  capabilities: { write: true, versions: true, rotate: true, compareAndSet: true },
  create: async () => {
    const server = await startTruthServer();
    return { store: new HttpSecretStore(server.url, "test"), dispose: server.close };
  },
});
