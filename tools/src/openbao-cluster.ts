import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOpenBao } from "./openbao-binary.ts";
import { writeConfiguration } from "./openbao-configuration.ts";
import { type RunningProcess, startProcess } from "./openbao-process.ts";
import { type OpenBaoReply, sendToOpenBao } from "./openbao-request.ts";
import { until } from "./openbao-until.ts";

/** One node of a cluster. */
export interface OpenBaoNode {
  readonly address: string;
  /** As root. Resolves with any status. */
  request<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<OpenBaoReply<Body>>;
  kill(): Promise<void>;
  /** A new process on the same storage, unsealed and part of the cluster again. */
  restart(): Promise<void>;
}

/** Real OpenBao nodes that share one storage by Raft: one is active, the others stand by. */
export interface OpenBaoCluster {
  readonly nodes: readonly OpenBaoNode[];
  readonly rootToken: string;
  /** Waits until one is. */
  active(): Promise<OpenBaoNode>;
  stop(): Promise<void>;
}

/** Starts a cluster with KV version 2 at `secret/`. Call `stop` when done. */
export async function startOpenBaoCluster(count: number): Promise<OpenBaoCluster> {
  const program = await findOpenBao();
  const keys: Keys = { unsealKey: "", rootToken: "" };
  const nodes = Array.from(
    { length: count },
    (_, index) => new Node(program, `node-${index}`, keys),
  );
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    const [first, ...others] = nodes as [Node, ...Node[]];
    await first.start();
    await initialise(first, keys);
    await first.ask("POST", "sys/storage/raft/autopilot/configuration", {
      ...{ server_stabilization_time: "100ms", last_contact_threshold: "10s" },
    });
    for (const node of others) {
      await node.start();
      await node.ask("PUT", "sys/storage/raft/join", { leader_api_addr: first.address });
      await node.unseal();
    }
    await untilAllVote(first, count);
    return {
      nodes,
      rootToken: keys.rootToken,
      stop,
      active: () => activeOf(nodes),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Keys {
  unsealKey: string;
  rootToken: string;
}

async function initialise(node: Node, keys: Keys): Promise<void> {
  const shares = { secret_shares: 1, secret_threshold: 1 };
  const made = await node.ask<{ keys_base64: [string]; root_token: string }>(
    ...(["PUT", "sys/init", shares] as const),
  );
  keys.unsealKey = made.keys_base64[0];
  keys.rootToken = made.root_token;
  await node.unseal();
  await activeOf([node]);
  await node.ask("PUT", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
  const isReady = async () => (await node.request("GET", "secret/config")).status === 200;
  await until("the mount at secret/ is ready", isReady);
}

/** Before that, the others elect no active node when this one ends. */
async function untilAllVote(node: Node, count: number): Promise<void> {
  const path = "sys/storage/raft/configuration";
  interface Answer {
    readonly data: {
      readonly config: { readonly servers: readonly { readonly voter: boolean }[] };
    };
  }
  await until(`all ${count} nodes vote`, async () => {
    const { body } = await node.request<Answer>("GET", path);
    return body.data.config.servers.filter(({ voter }) => voter).length === count;
  });
}

async function activeOf(nodes: readonly Node[]): Promise<Node> {
  let found: Node | undefined;
  await until("a node is active", async () => {
    for (const node of nodes) if ((await node.health()) === 200) found = node;
    return found !== undefined;
  });
  return found as Node;
}

class Node implements OpenBaoNode {
  address = "";
  readonly #program: string;
  readonly #name: string;
  readonly #keys: Keys;
  #folder = "";
  #process: RunningProcess | undefined;

  constructor(program: string, name: string, keys: Keys) {
    this.#program = program;
    this.#name = name;
    this.#keys = keys;
  }

  async start(): Promise<void> {
    this.#folder ||= await mkdtemp(join(tmpdir(), `openbao-${this.#name}-`));
    if (this.address === "") {
      const options = { storage: this.#folder, nodeId: this.#name };
      this.address = (await writeConfiguration(this.#folder, options)).address;
    }
    const args = ["server", `-config=${join(this.#folder, "config.json")}`];
    this.#process = await startProcess(this.#program, args, this.#folder);
    await this.#untilHealth([501, 503]);
  }

  async unseal(): Promise<void> {
    // A node that joins takes the key when it has heard from the cluster, not before.
    await until(`${this.#name} is unsealed`, async () => {
      await this.request("PUT", "sys/unseal", { key: this.#keys.unsealKey });
      return [200, 429, 473].includes(await this.health());
    });
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
    await this.unseal();
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  async stop(): Promise<void> {
    await this.kill();
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
  }

  request<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<OpenBaoReply<Body>> {
    const { address } = this;
    const headers = { "x-vault-token": this.#keys.rootToken };
    return sendToOpenBao<Body>({ address, method, path, body, headers });
  }

  async ask<Body>(method: string, path: string, body: unknown): Promise<Body> {
    const reply = await this.request<Body>(method, path, body);
    if (reply.status < 300) return reply.body;
    throw new Error(`${this.#name} answered ${reply.status} to ${path}.\n${await this.#log()}`);
  }

  /** The status of `sys/health`; 0 when nobody listens. */
  async health(): Promise<number> {
    return this.request("GET", "sys/health").then(
      (reply) => reply.status,
      () => 0,
    );
  }

  async #untilHealth(statuses: readonly number[]): Promise<void> {
    await until(`${this.#name} has health ${statuses.join(" or ")}`, async () => {
      if (this.#process?.hasEnded) throw new Error(`OpenBao ended.\n${await this.#log()}`);
      return statuses.includes(await this.health());
    });
  }

  /** Its last words. */
  async #log(): Promise<string> {
    const text = await readFile(join(this.#folder, "log"), "utf8");
    return text.trimEnd().split("\n").slice(-8).join("\n");
  }
}
