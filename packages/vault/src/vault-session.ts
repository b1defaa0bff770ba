import { pause, SecretError } from "@llm-orchestrator/secrets-core";
import { backgroundPause } from "./background-pause.js";
import { CallerClient } from "./caller-client.js";
import { Connection, ConnectionError, type Reply } from "./connection.js";
import { printJson } from "./exact-json.js";
import { mayBeDone, meaningOfResult, type Result } from "./meaning-of-result.js";
import { type Carrier, NodeVault, type Operation } from "./node-vault.js";
import { ReplicationState } from "./replication-state.js";
import { Retries } from "./retries.js";
import { RetryBudget } from "./retry-budget.js";
import { checkBelow } from "./secret-path.js";
import type { Meaning } from "./status-map.js";
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
  /** Nobody waits for it: it keeps no process alive. */
  readonly isBackground?: boolean;
  /** Of a call that is more than this request. Default: its own. */
  readonly retries?: Retries | undefined;
}

/** What came of a call, after its retries. */
export interface Outcome {
  /** Absent when no answer came. */
  readonly reply: Reply | undefined;
  /** Absent for a success. */
  readonly meaning: Meaning | undefined;
  /** It failed, and may have been carried out all the same. */
  readonly mayBeDone?: boolean;
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
  readonly #state = new ReplicationState();
  #carrier: Carrier | undefined;
  #opening: Promise<Carrier> | undefined;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
    this.#connection = new Connection(settings.tls);
  }

  /** Resolves also with a failure; rejects when aborted, or for what no server is to blame for. */
  async send(operation: Operation, options: SendOptions): Promise<Outcome> {
    const { retries = this.startRetries() } = options;
    const trial: Trial = { operation, options, endsAt: retries.endsAt };
    for (;;) {
      const hasIndex = this.#state.header !== undefined;
      const result = await this.#attempt(trial);
      const meaning = meaningOfResult(result, operation, hasIndex);
      if (retries.isFirst && !meaning?.isTransient) this.#budget.refill();
      const reply = result instanceof ConnectionError ? undefined : result;
      if (!meaning) return { reply, meaning };
      const outcome = { reply, meaning, mayBeDone: mayBeDone(result, meaning) };
      if (outcome.mayBeDone && !options.isRepeatable) return outcome;
      const delayMs = retries.next(outcome);
      if (delayMs === undefined) return outcome;
      options.countRetry?.();
      await (options.isBackground ? backgroundPause : pause)(delayMs, options.signal);
    }
  }

  /** @param share Of the deadline of a call, from now on. */
  startRetries(share = 1): Retries {
    const { maxRetries, deadlineMs } = this.#settings;
    return new Retries(this.#budget, maxRetries, performance.now() + deadlineMs * share);
  }

  /** Requests under way are still answered. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #attempt({ operation, options, endsAt }: Trial): Promise<Result> {
    const carrier = this.#carrier ?? (await this.#open());
    const { signal, below } = options;
    signal?.throwIfAborted();
    const leftMs = Math.max(1, endsAt - performance.now());
    const timeoutMs = Math.min(this.#settings.timeoutMs, leftMs);
    const send = ({ method, url, json }: { method: string; url: URL; json: unknown }) => {
      checkBelow(url, `/v1/${below}`);
      return this.#exchange(method, url, json, options, leftMs);
    };
    try {
      return await carrier.run(operation, send, { signal, timeoutMs });
    } catch (error) {
      if (error instanceof ConnectionError) return error;
      throw error;
    }
  }

  /** Tried again at the next call when it failed. */
  async #open(): Promise<Carrier> {
    const { client, address } = this.#settings;
    if (client) this.#carrier = new CallerClient(client);
    else {
      this.#opening ??= NodeVault.open(address);
      const opening = this.#opening;
      try {
        this.#carrier = await opening;
      } catch (error) {
        if (this.#opening === opening) this.#opening = undefined;
        throw error;
      }
    }
    return this.#carrier;
  }

  async #exchange(
    method: string,
    url: URL,
    json: unknown,
    { token, signal, isRoot = false, isBackground = false }: SendOptions,
    leftMs: number,
  ): Promise<Reply> {
    const { timeoutMs } = this.#settings;
    if (token !== undefined) checkHeader(token);
    const body = json === undefined ? undefined : printJson(json);
    const headers = this.#headers(method, token, body !== undefined, isRoot);
    const attempt = { method, url, headers, body, signal, timeoutMs, leftMs, isBackground };
    const reply = await this.#connection.send(attempt);
    this.#state.note(reply.headers["x-vault-index"]);
    return reply;
  }

  /** No spreads: see `requestOptions` of the connection. */
  #headers(
    method: string,
    token: string | undefined,
    hasBody: boolean,
    isRoot: boolean,
  ): Record<string, string> {
    const namespace = isRoot ? undefined : this.#settings.namespace;
    const index = this.#state.header;
    const headers: Record<string, string> = {
      accept: "application/json",
      "x-vault-request": "true",
    };
    if (token !== undefined) headers["x-vault-token"] = token;
    if (namespace !== undefined) headers["x-vault-namespace"] = namespace;
    if (index !== undefined) {
      headers["x-vault-index"] = index;
      headers["x-vault-inconsistent"] = "forward-active-node";
    }
    if (hasBody) {
      headers["content-type"] =
        method === "PATCH" ? "application/merge-patch+json" : "application/json";
    }
    return headers;
  }
}

/** What Node says of a header that it cannot send is not told from other faults. */
function checkHeader(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new SecretError("AUTHENTICATION_FAILED", {
    reason: "credential",
    detail: "the token is empty, or holds a character that no token has",
    fix: "Check the text or the file that it comes from: a line break, a space, a quotation mark",
  });
}
