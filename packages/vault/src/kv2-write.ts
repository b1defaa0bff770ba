import { isDeepStrictEqual } from "node:util";
import { type OperationContext, pause, SecretError } from "@llm-orchestrator/secrets-core";
import type { Reply } from "./connection.js";
import { malformed } from "./malformed.js";
import { retryDelayMs } from "./retry-delay.js";
import { type Meaning, toError } from "./status-map.js";
import type { ApiCall, VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";
import type { Outcome } from "./vault-session.js";

/** More than a server that is well ever needs. */
const maxAttempts = 10;

export interface Written {
  readonly version: number;
  readonly createdAt: unknown;
  /** `undefined` where the server does not tell. */
  readonly customMetadata: unknown;
}

/** One version on the server. */
interface Found {
  readonly version: number;
  /** Absent for a deleted one. */
  readonly data: unknown;
  readonly written: Written;
}

/**
 * Writes one version of a secret, once. When nobody knows whether a request was carried out, the server
 * is asked before it is sent again; and what is sent again names the version that it comes after, so
 * that it cannot do twice what the first did late.
 */
export class Kv2Write {
  readonly #api: VaultApi;
  readonly #call: ApiCall;
  readonly #data: object;
  /** The version that the caller asked for; 0: none. */
  readonly #asked: number | undefined;
  readonly #context: OperationContext;
  #cas: number | undefined;
  /** An earlier request may have been carried out. */
  #isUnsure = false;

  /** @param call Without method: the path of the secret's data. */
  constructor(
    api: VaultApi,
    call: Pick<ApiCall, "path" | "below">,
    data: object,
    asked: number | undefined,
    context: OperationContext,
  ) {
    this.#api = api;
    this.#call = { ...call, method: "POST", isRepeatable: false };
    this.#data = data;
    this.#asked = asked;
    this.#cas = asked;
    this.#context = context;
  }

  async run(): Promise<Written> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#send();
      if (!outcome.meaning) return toWritten(outcome.reply);
      this.#isUnsure ||= outcome.mayBeDone === true;
      const error = this.#isUnsure ? unknown(outcome.meaning) : toError(outcome.meaning);
      if (attempt >= maxAttempts || !this.#mayGoOn(outcome)) throw error;
      const done = await this.#findOut(error);
      if (done) return done;
      this.#context.countRetry();
      await pause(retryDelayMs(Math.min(attempt, 3), undefined), this.#context.signal);
    }
  }

  #send(): Promise<Outcome> {
    const cas = this.#cas;
    const json = cas === undefined ? { data: this.#data } : { data: this.#data, options: { cas } };
    return this.#api.send({ ...this.#call, json }, this.#context);
  }

  #mayGoOn({ meaning, mayBeDone }: Outcome): boolean {
    if (mayBeDone) return true;
    if (meaning?.code !== "CONFLICT") return false;
    // Of a deleted secret the number counts; a mount may want a number where the caller has none.
    return this.#isUnsure || this.#asked === undefined || this.#cas === 0;
  }

  /** What was written after all; else what to name the next time is known. */
  async #findOut(error: SecretError): Promise<Written | undefined> {
    if (this.#asked !== undefined && this.#isUnsure) {
      const next = await this.#look(error, (this.#cas ?? 0) + 1);
      if (!next) return undefined; // not carried out so far
      if (this.#isOurs(next)) return next.written;
      throw conflict();
    }
    const current = await this.#look(error);
    if (current && this.#isUnsure && this.#isOurs(current)) return current.written;
    if (this.#asked !== undefined && current?.data !== undefined) throw conflict();
    this.#cas = current?.version ?? 0;
    return undefined;
  }

  #isOurs({ data }: Found): boolean {
    return isDeepStrictEqual(data, this.#data);
  }

  /** The current version, or the one of that number; `undefined` where there is none. */
  async #look(error: SecretError, version?: number): Promise<Found | undefined> {
    const query = version === undefined ? "" : `?version=${version}`;
    const { path, below } = this.#call;
    const call = { method: "GET", path: path + query, below } as const;
    const { reply, meaning } = await this.#api.send(call, this.#context);
    if (meaning && meaning.code !== "NOT_FOUND") throw error; // it stays unknown
    const { data, metadata } = record(reply && bodyOf(reply).data);
    const about = record(metadata);
    if (typeof about.version !== "number") return undefined;
    const written = toWrittenData(about);
    return { version: about.version, data: data ?? undefined, written };
  }
}

function toWritten(reply: Reply | undefined): Written {
  const data = record(reply && bodyOf(reply).data);
  if (typeof data.version !== "number") throw malformed("the version that was written");
  return toWrittenData(data);
}

function toWrittenData(data: Readonly<Record<string, unknown>>): Written {
  return {
    version: data.version as number,
    createdAt: data.created_time,
    customMetadata: data.custom_metadata,
  };
}

function unknown(meaning: Meaning): SecretError {
  const { detail } = meaning;
  return toError({ ...meaning, detail: `${detail}; whether the value was written is not known` });
}

function conflict(): SecretError {
  return new SecretError("CONFLICT", { detail: "another version is current" });
}
