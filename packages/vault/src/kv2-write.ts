import { isDeepStrictEqual } from "node:util";
import { type OperationContext, pause, SecretError } from "@llm-orchestrator/secrets-core";
import { malformedMeaning } from "./malformed.js";
import type { Retries } from "./retries.js";
import { retryDelayMs } from "./retry-delay.js";
import { type Meaning, toError } from "./status-map.js";
import type { ApiCall, VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";
import type { Outcome } from "./vault-session.js";

/** How often another number is named because somebody else wrote first. */
const maxRaces = 10;

export interface Written {
  readonly version: number;
  readonly createdAt: unknown;
  /** `undefined` where the server does not tell. */
  readonly customMetadata: unknown;
}

interface Failed {
  readonly reply: Outcome["reply"];
  readonly meaning: Meaning;
  readonly mayBeDone: boolean | undefined;
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
 * that it cannot do twice what the first did late. All of these together are one call's retries.
 */
export class Kv2Write {
  readonly #api: VaultApi;
  readonly #call: ApiCall;
  readonly #data: object;
  /** The version that the caller asked for; 0: none. */
  readonly #asked: number | undefined;
  readonly #context: OperationContext;
  readonly #retries: Retries;
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
    this.#retries = api.startRetries();
  }

  /** @throws SecretError that says so where nobody knows whether the value was written. */
  async run(): Promise<Written> {
    try {
      return await this.#run();
    } catch (error) {
      const isLate = SecretError.isInstance(error) && error.reason === "timeout";
      throw isLate ? unknown(late) : error;
    }
  }

  async #run(): Promise<Written> {
    for (let races = 0; ; ) {
      const result = await this.#send();
      if ("version" in result) return result;
      this.#isUnsure ||= result.mayBeDone === true;
      const error = this.#isUnsure ? unknown(result.meaning) : toError(result.meaning);
      if (!this.#mayGoOn(result)) throw error;
      const done = await this.#findOut(error);
      if (done) return done;
      const delayMs = result.mayBeDone ? this.#retries.next(result) : raceDelayMs(++races);
      if (delayMs === undefined) throw error;
      this.#context.countRetry();
      await pause(delayMs, this.#context.signal);
    }
  }

  /** A success that does not say which version it made may be anybody's. */
  async #send(): Promise<Written | Failed> {
    const cas = this.#cas;
    const json = cas === undefined ? { data: this.#data } : { data: this.#data, options: { cas } };
    const call = { ...this.#call, json, retries: this.#retries };
    const { reply, meaning, mayBeDone } = await this.#api.send(call, this.#context);
    if (meaning) return { reply, meaning, mayBeDone };
    const about = record(reply && bodyOf(reply).data);
    if (typeof about.version === "number") return toWritten(about);
    return { reply, meaning: malformedMeaning("the version that was written"), mayBeDone: true };
  }

  #mayGoOn({ meaning, mayBeDone }: Failed): boolean {
    if (mayBeDone) return true;
    if (meaning.code !== "CONFLICT") return false;
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
    return { version: about.version, data: data ?? undefined, written: toWritten(about) };
  }
}

function toWritten(data: Readonly<Record<string, unknown>>): Written {
  return {
    version: data.version as number,
    createdAt: data.created_time,
    customMetadata: data.custom_metadata,
  };
}

/** The call's own end, which comes before that of its last request. */
const late: Meaning = {
  code: "BACKEND_UNAVAILABLE",
  reason: "timeout",
  detail: "the server did not answer in time",
};

/** `undefined` when it was enough. */
function raceDelayMs(races: number): number | undefined {
  return races < maxRaces ? retryDelayMs(Math.min(races, 3), undefined) : undefined;
}

function unknown(meaning: Meaning): SecretError {
  const { detail } = meaning;
  return toError({ ...meaning, detail: `${detail}; whether the value was written is not known` });
}

function conflict(): SecretError {
  return new SecretError("CONFLICT", { detail: "another version is current" });
}
