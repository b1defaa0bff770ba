import { abortable, type OperationContext } from "@llm-orchestrator/secrets-core";
import type { Reply } from "./connection.js";
import type { Operation } from "./node-vault.js";
import type { Retries } from "./retries.js";
import { type Meaning, toError } from "./status-map.js";
import { advise } from "./token-advice.js";
import type { TokenKeeper } from "./token-keeper.js";
import type { Outcome, VaultSession } from "./vault-session.js";

export interface ApiCall extends Operation {
  /** Where the path has to stay. */
  readonly below: string;
  /** Default true; false for what must not be done twice. */
  readonly isRepeatable?: boolean;
  /** Of a call that is more than this request. Default: its own. */
  readonly retries?: Retries | undefined;
}

/** Requests with a token. A refused one is replaced once, and the request sent once more. */
export class VaultApi {
  readonly #session: VaultSession;
  readonly #tokens: TokenKeeper;

  constructor(session: VaultSession, tokens: TokenKeeper) {
    this.#session = session;
    this.#tokens = tokens;
  }

  /** The answer, or `undefined` when there is nothing (404). Everything else rejects. */
  async find(call: ApiCall, context: OperationContext): Promise<Reply | undefined> {
    const outcome = await this.send(call, context);
    if (outcome.meaning?.code === "NOT_FOUND" && outcome.meaning.reason === "absent")
      return undefined;
    return answerOf(outcome);
  }

  /** The answer. Everything but a success rejects. */
  async ask(call: ApiCall, context: OperationContext): Promise<Reply> {
    return answerOf(await this.send(call, context));
  }

  /** @param share Of the deadline of a call, from now on. */
  startRetries(share?: number): Retries {
    return this.#session.startRetries(share);
  }

  async send(call: ApiCall, { signal, countRetry }: OperationContext): Promise<Outcome> {
    const { below, isRepeatable = true, retries, method, path, json } = call;
    const operation = { method, path, json };
    const token = this.#tokens.held() ?? (await abortable(signal, () => this.#tokens.current()));
    const options = { signal, countRetry, isRepeatable, retries, below, token };
    const outcome = await this.#session.send(operation, options);
    if (!outcome.meaning?.isBadToken) return this.#accepted(token, outcome);
    const next = await abortable(signal, () => this.#tokens.after(token));
    if (next === undefined) return this.#advised(outcome);
    const again = await this.#session.send(operation, { ...options, token: next });
    if (!again.meaning?.isBadToken) return this.#accepted(next, again);
    const advised = this.#advised(again);
    this.#tokens.noteRefusedAgain(next, toError(advised.meaning));
    return advised;
  }

  /** Only what was done, or looked for, shows that the token is good. */
  #accepted(token: string, outcome: Outcome): Outcome {
    const code = outcome.meaning?.code;
    if (code === undefined || code === "NOT_FOUND") this.#tokens.noteAccepted(token);
    return outcome;
  }

  #advised({ meaning, ...outcome }: Outcome) {
    return { ...outcome, meaning: advise(meaning as Meaning, this.#tokens.method) };
  }
}

function answerOf({ reply, meaning }: Outcome): Reply {
  if (meaning) throw toError(meaning);
  return reply as Reply;
}
