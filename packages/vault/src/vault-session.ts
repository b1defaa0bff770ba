import { Connection, ConnectionError, type Reply } from "./connection.js";
import { NodeVault, type Operation } from "./node-vault.js";
import { RetryBudget } from "./retry-budget.js";
import { retryDelayMs, wait } from "./retry-delay.js";
import { checkBelow } from "./secret-path.js";
import { type Meaning, meaningOf } from "./status-map.js";
import type { ConnectionSettings } from "./vault-settings.js";

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** `undefined`: a login, which needs none. */
  readonly token?: string | undefined;
  /** May be sent again although it may have been carried out. */
  readonly isRepeatable: boolean;
  /** Where the path has to stay: `secret/`. */
  readonly below: string;
  readonly countRetry?: (() => void) | undefined;
  /** Outside every namespace: the server's own health. */
  readonly isRoot?: boolean;
}

/** What came of a call, after its retries. */
export interface Outcome {
  /** Absent when no answer came. */
  readonly reply: Reply | undefined;
  /** Absent for a success. */
  readonly meaning: Meaning | undefined;
}

/** One call while it is tried. */
interface Trial {
  readonly operation: Operation;
  readonly options: SendOptions;
  readonly endsAt: number;
}

/** Sends requests to one server: attempts, deadline, retries. Knows nothing of secrets or logins. */
export class VaultSession {
  readonly #settings: ConnectionSettings;
  readonly #connection: Connection;
  readonly #budget = new RetryBudget();
  #client: Promise<NodeVault> | undefined;
  /** What the server has told last of its own state, so that no other node answers from before. */
  #index: string | undefined;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
    this.#connection = new Connection(settings.tls);
  }

  /** Resolves also with a failure; rejects when aborted, or for what no server is to blame for. */
  async send(operation: Operation, options: SendOptions): Promise<Outcome> {
    const endsAt = performance.now() + this.#settings.deadlineMs;
    const trial: Trial = { operation, options, endsAt };
    for (let retry = 0; ; retry++) {
      const result = await this.#attempt(trial);
      const isReply = !(result instanceof ConnectionError);
      const meaning = isReply ? meaningOf(result) : meaningOfFailure(result);
      if (retry === 0 && isReply) this.#budget.refill();
      const outcome: Outcome = { reply: isReply ? result : undefined, meaning };
      if (!meaning || !this.#mayRetry(trial, meaning, result, retry)) return outcome;
      const delayMs = retryDelayMs(retry + 1, outcome.reply);
      if (performance.now() + delayMs >= endsAt) return outcome;
      options.countRetry?.();
      await wait(delayMs, options.signal);
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #attempt({ operation, options, endsAt }: Trial): Promise<Reply | ConnectionError> {
    const { address, timeoutMs } = this.#settings;
    this.#client ??= NodeVault.open(address);
    const client = await this.#client.catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    options.signal?.throwIfAborted();
    const leftMs = Math.max(1, endsAt - performance.now());
    try {
      return await client.run(operation, ({ method, url, json }) => {
        checkBelow(url, `/v1/${options.below}`);
        return this.#exchange(method, url, json, options, Math.min(timeoutMs, leftMs));
      });
    } catch (error) {
      if (error instanceof ConnectionError) return error;
      throw error;
    }
  }

  async #exchange(
    method: string,
    url: URL,
    json: unknown,
    { token, signal, isRoot = false }: SendOptions,
    timeoutMs: number,
  ): Promise<Reply> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const headers = this.#headers(method, token, body !== undefined, isRoot);
    const reply = await this.#connection.send({ method, url, headers, body, signal, timeoutMs });
    const index = reply.headers["x-vault-index"];
    if (typeof index === "string") this.#index = index;
    return reply;
  }

  #headers(
    method: string,
    token: string | undefined,
    hasBody: boolean,
    isRoot: boolean,
  ): Record<string, string> {
    const namespace = isRoot ? undefined : this.#settings.namespace;
    return {
      accept: "application/json",
      "x-vault-request": "true",
      ...(token !== undefined && { "x-vault-token": token }),
      ...(namespace !== undefined && { "x-vault-namespace": namespace }),
      ...(this.#index !== undefined && {
        "x-vault-index": this.#index,
        "x-vault-inconsistent": "forward-active-node",
      }),
      ...(hasBody && {
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
      }),
    };
  }

  #mayRetry(
    { options }: Trial,
    meaning: Meaning,
    outcome: Reply | ConnectionError,
    retry: number,
  ): boolean {
    if (!meaning.isTransient || retry >= this.#settings.maxRetries) return false;
    const wasNotCarriedOut =
      outcome instanceof ConnectionError ? outcome.kind === "refused" : outcome.status !== 500;
    if (!options.isRepeatable && !wasNotCarriedOut) return false;
    return this.#budget.take(outcome instanceof ConnectionError && outcome.kind === "timeout");
  }
}

function meaningOfFailure({ kind, detail }: ConnectionError): Meaning {
  const code = "BACKEND_UNAVAILABLE";
  switch (kind) {
    case "tls":
      return {
        ...{ code: "CONFIGURATION", reason: "tls" },
        detail: `the TLS handshake failed${detail && ` (${detail})`}`,
        fix: "Check the CA certificate, the server name, and the client certificate",
      };
    case "timeout":
      return {
        code,
        reason: "timeout",
        detail: "the server did not answer in time",
        isTransient: true,
      };
    case "malformed":
      return { code, reason: "malformed", detail: `the answer is ${detail}`, isTransient: true };
    default:
      return {
        code,
        reason: "network",
        detail: `no connection${detail && ` (${detail})`}`,
        isTransient: true,
      };
  }
}
