import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";

/** A further port that speaks TLS. Files hold PEM. */
export interface OpenBaoTls {
  readonly certFile: string;
  readonly keyFile: string;
  /** Who signs the certificates that clients have to show. Default: they need none. */
  readonly clientCaFile?: string;
}

export interface NodeOptions {
  /** A folder, or `"memory"`. */
  readonly storage: string;
  /** Its name in a cluster. */
  readonly nodeId?: string;
  readonly tls?: readonly OpenBaoTls[];
}

/** Where a node listens. */
export interface NodeAddresses {
  readonly address: string;
  readonly tlsAddresses: readonly string[];
}

/**
 * Of one node on free ports: one for clients, one for the cluster that it could be part of, and one
 * for each kind of TLS.
 */
export async function writeConfiguration(
  folder: string,
  { storage, nodeId = "node", tls = [] }: NodeOptions,
): Promise<NodeAddresses> {
  const [client, cluster, ...others] = await freeAddresses(2 + tls.length);
  // A node that joins a cluster has no vote before autopilot has looked at it twice.
  const often = { autopilot_reconcile_interval: "300ms", autopilot_update_interval: "300ms" };
  const raft = { path: storage, node_id: nodeId, performance_multiplier: "1", ...often };
  const plain = { address: client, cluster_address: cluster, tls_disable: true };
  const listeners = [plain, ...tls.map((each, index) => tlsListener(each, others[index]))];
  const configuration = {
    storage: storage === "memory" ? { inmem: {} } : { raft },
    listener: listeners.map((tcp) => ({ tcp })),
    api_addr: `http://${client}`,
    cluster_addr: `http://${cluster}`,
  };
  await writeFile(join(folder, "config.json"), JSON.stringify(configuration));
  const tlsAddresses = others.map((address) => `https://${address}`);
  return { address: configuration.api_addr, tlsAddresses };
}

function tlsListener({ certFile, keyFile, clientCaFile }: OpenBaoTls, address?: string): object {
  return {
    ...{ address, tls_cert_file: certFile, tls_key_file: keyFile },
    ...(clientCaFile !== undefined && {
      tls_client_ca_file: clientCaFile,
      tls_require_and_verify_client_cert: true,
    }),
  };
}

async function freeAddresses(count: number): Promise<string[]> {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) {
    server.close();
    await once(server, "close");
  }
  return ports.map((port) => `127.0.0.1:${port}`);
}
