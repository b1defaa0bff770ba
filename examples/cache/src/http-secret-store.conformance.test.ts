import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretStoreConformance } from "@llm-orchestrator/secrets-testing";
import { describe, test } from "vitest";
import { HttpSecretStore } from "./http-secret-store.js";
import { createSecretServer } from "./secret-server.js";

secretStoreConformance({
  ...{ test, describe, title: "HttpSecretStore" },
  capabilities: { write: true, versions: true, rotate: true, compareAndSet: true },
  create: async () => {
    const folder = await mkdtemp(join(tmpdir(), "secret server "));
    const server = createSecretServer(join(folder, "secrets.json")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const dispose = async () => {
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true });
    };
    return { server, port, dispose, store: new HttpSecretStore(`http://127.0.0.1:${port}`) };
  },
  faults: {
    unavailable: async ({ server, port }) => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      return async () => {
        server.listen(port, "127.0.0.1");
        await once(server, "listening");
      };
    },
  },
});
