import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOpenBao } from "./openbao-binary.ts";
import {
  type NodeAddresses,
  type OpenBaoTls,
  writeConfiguration,
} from "./openbao-configuration.ts";
import { type RunningProcess, startProcess } from "./openbao-process.ts";
import { type OpenBaoReply, sendToOpenBao } from "./openbao-request.ts";
import { until } from "./openbao-until.ts";

export type { OpenBaoTls } from "./openbao-configuration.ts";
export { freezeProcess, untilFrozen } from "./openbao-process.ts";
export type { OpenBaoReply } from "./openbao-request.ts";
export { until } from "./openbao-until.ts";

/** Time to give to the hook or test that starts a server: the very first one fetches 75 MB. */
export const installTimeoutMs = 300_000;

export interface OpenBaoOptions {
  /**
   * An existing folder of the caller's, in which secrets outlive the process: needed to restart it.
   * Default `"memory"`: faster, and all is forgotten when the process ends.
   */
  readonly storage?: string;
  /** A further port for each, see `tlsAddresses`. */
  readonly tls?: readonly OpenBaoTls[];
  /** Default true; false: it has neither keys nor mounts, and `rootToken` is empty. */
  readonly initialise?: boolean;
}

/**
 * A real OpenBao, which speaks HashiCorp Vault's HTTP API: initialised, unsealed, with KV version 2
 * at `secret/`. Its unseal key is kept in this process alone. It ends when this process ends, in
 * whatever way.
 */
export interface OpenBaoServer {
  /** `http://127.0.0.1:<port>`, the same after a restart. */
  readonly address: string;
  /** `https://127.0.0.1:<port>`, in the order of the option `tls`. */
  readonly tlsAddresses: readonly string[];
  readonly rootToken: string;
  /** Of the server itself, no wrapper; another one after a restart. */
  readonly pid: number;
  /**
   * Sends one request, as root unless `headers` has an `x-vault-token`. Resolves with any status.
   *
   * @param path Without `/v1/`: `secret/data/team/key`.
   */
  request<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<OpenBaoReply<Body>>;
  /** Sends a signal, by default `SIGKILL`, and resolves when the process has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** `SIGSTOP`: connections are taken and never answered. Resolves when it stands still. */
  freeze(): Promise<void>;
  /** `SIGCONT` */
  thaw(): void;
  /** Resolves when it answers again after `PUT sys/seal`. */
  unseal(): Promise<void>;
  /** Kills it if it runs; resolves when a new process on the same storage is unsealed and active. */
  restart(): Promise<void>;
  /** Kills it and removes what it wrote, but for the storage. May be called twice. */
  stop(): Promise<void>;
}

/** Starts a server on free ports of the loopback interface. Call `stop` when done. */
export async function startOpenBao({
  storage = "memory",
  tls = [],
  initialise = true,
}: OpenBaoOptions = {}): Promise<OpenBaoServer> {
  const program = await findOpenBao();
  const folder = await mkdtemp(join(tmpdir(), "openbao-"));
  try {
    // Another process may take a port between our look and the server's start.
    for (let attempt = 1; ; attempt++) {
      const addresses = await writeConfiguration(folder, { storage, tls });
      const canRestart = storage !== "memory";
      const server = new Server({ program, folder, ...addresses, canRestart });
      try {
        await server.start();
        if (initialise) await server.initialise();
        return server;
      } catch (error) {
        await server.kill();
        const isTaken = error instanceof Error && error.message.includes("address already in use");
        if (!isTaken || attempt === 3) throw error;
      }
    }
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

interface Place extends NodeAddresses {
  readonly program: string;
  /** Holds its configuration and its log. */
  readonly folder: string;
  readonly canRestart: boolean;
}

class Server implements OpenBaoServer {
  readonly address: string;
  readonly #place: Place;
  #process: RunningProcess | undefined;
  #rootToken = "";
  #unsealKey = "";

  constructor(place: Place) {
    this.address = place.address;
    this.#place = place;
  }

  get tlsAddresses(): readonly string[] {
    return this.#place.tlsAddresses;
  }

  get rootToken(): string {
    return this.#rootToken;
  }

  get pid(): number {
    return this.#running.pid;
  }

  request<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<OpenBaoReply<Body>> {
    const { address } = this;
    const all = { "x-vault-token": this.#rootToken, ...headers };
    return sendToOpenBao<Body>({ address, method, path, body, headers: all });
  }

  /** Until it answers: not initialised, or sealed. */
  async start(): Promise<void> {
    const { program, folder } = this.#place;
    const args = ["server", `-config=${join(folder, "config.json")}`];
    this.#process = await startProcess(program, args, folder);
    await this.#untilHealth([501, 503]);
  }

  async initialise(): Promise<void> {
    const keys = { secret_shares: 1, secret_threshold: 1 };
    const made = await this.#ask<{ keys_base64: [string]; root_token: string }>("sys/init", keys);
    this.#unsealKey = made.keys_base64[0];
    this.#rootToken = made.root_token;
    await this.unseal();
    await this.#ask("sys/mounts/secret", { type: "kv", options: { version: "2" } });
    // A new mount answers 400 while it prepares itself.
    const isReady = async () => (await this.request("GET", "secret/config")).status === 200;
    await until("the mount at secret/ is ready", isReady);
  }

  async unseal(): Promise<void> {
    await this.#ask("sys/unseal", { key: this.#unsealKey });
    await this.#untilHealth([200]);
  }

  async kill(signal?: NodeJS.Signals): Promise<void> {
    await this.#process?.kill(signal);
  }

  freeze(): Promise<void> {
    return this.#running.freeze();
  }

  thaw(): void {
    this.#running.thaw();
  }

  async restart(): Promise<void> {
    if (!this.#place.canRestart) {
      throw new Error("This server forgets all when it ends. Start it with { storage: folder }.");
    }
    await this.kill();
    await this.start();
    await this.unseal();
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#place.folder, { recursive: true, force: true });
  }

  get #running(): RunningProcess {
    if (this.#process) return this.#process;
    throw new Error("The server was not started.");
  }

  async #ask<Body = unknown>(path: string, body: unknown): Promise<Body> {
    const reply = await this.request<Body>("PUT", path, body);
    if (reply.status < 300) return reply.body;
    throw new Error(`OpenBao answered ${reply.status} to PUT ${path}.\n${await this.#log()}`);
  }

  async #untilHealth(statuses: readonly number[]): Promise<void> {
    await until(`health is ${statuses.join(" or ")}`, async () => {
      if (this.#running.hasEnded) throw new Error(`OpenBao ended by itself.\n${await this.#log()}`);
      const status = await this.request("GET", "sys/health").then(
        (reply) => reply.status,
        () => 0, // nobody listens yet
      );
      return statuses.includes(status);
    });
  }

  /** Its last words. */
  async #log(): Promise<string> {
    const text = await readFile(join(this.#place.folder, "log"), "utf8");
    return text.trimEnd().split("\n").slice(-8).join("\n");
  }
}
