import { startTruthServer } from "./truth-server.js";

/** The server that `openStore` leads to. */
export interface StoreServer {
  readonly url: string;
  /** Reads, by what the reader calls itself. A real server does not count them. */
  readonly reads?: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function startStoreServer(): Promise<StoreServer> {
  if (process.env.ROTATION_STORE !== "vault") return startTruthServer();
  const { startOpenBao } = await import("secrets-tools/openbao");
  const server = await startOpenBao();
  process.env.VAULT_TOKEN = server.rootToken; // which the processes inherit
  return { url: server.address, close: () => server.stop() };
}
