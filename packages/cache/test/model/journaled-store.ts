import {
  ForwardingSecretStore,
  type GetSecretOptions,
  type GetSecretsOptions,
  type GetSecretVersionOptions,
  type Secret,
  SecretError,
  type SecretErrorCode,
  type SecretStore,
} from "@llm-orchestrator/secrets-core";
import type { FakeClock } from "secrets-tools/fake-clock";

/** What a read was about: the current secret, one of its versions, a field of either. */
export interface Place {
  readonly key: string;
  /** Left out, as `"current"`: the current one. */
  readonly version?: string | undefined;
  readonly field?: string | undefined;
}

/** A moment on both clocks, and its rank among all reads of the backend. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly order: number;
}

/** What was said: a value, or the code of an error. */
export type Said =
  | { readonly value: string; readonly version: string | undefined }
  | { readonly code: SecretErrorCode };

/** One answer of the backend, at the moment when it was asked. */
export interface Heard {
  readonly place: Place;
  readonly at: Moment;
  readonly isForced: boolean;
  readonly said: Said;
}

export function idOf({ key, version, field }: Place): string {
  return JSON.stringify([key, version === "current" ? undefined : version, field]);
}

export function sayingOf(answer: Secret | SecretError): Said {
  if (SecretError.isInstance(answer)) return { code: answer.code };
  return { value: answer.value.expose(), version: answer.version };
}

/** Writes down every read that reaches the backend: all that anybody can know of its secrets. */
export class JournaledStore extends ForwardingSecretStore {
  readonly journal: Heard[] = [];
  readonly #clock: FakeClock;
  #calls = 0;

  constructor(inner: SecretStore, clock: FakeClock) {
    super(inner);
    this.#clock = clock;
  }

  /** Reads so far; a batch is one. */
  get calls(): number {
    return this.#calls;
  }

  now(): Moment {
    const { now, monotonicNow } = this.#clock;
    return { wallMs: now(), monotonicMs: monotonicNow(), order: this.#calls };
  }

  override getSecret(key: string, options: GetSecretOptions = {}): Promise<Secret> {
    const { field, fresh } = options;
    return this.#note({ key, field }, fresh, this.inner.getSecret(key, options));
  }

  override getSecretVersion(
    key: string,
    version: string,
    options: GetSecretVersionOptions = {},
  ): Promise<Secret> {
    const answer = this.inner.getSecretVersion(key, version, options);
    return this.#note({ key, version, field: options.field }, false, answer);
  }

  override async getSecrets(keys: readonly string[], options: GetSecretsOptions = {}) {
    const at = this.#next();
    const result = await this.inner.getSecrets(keys, options);
    for (const [key, answer] of [...result.secrets, ...result.errors]) {
      const isForced = options.fresh === true;
      this.journal.push({ place: { key }, at, isForced, said: sayingOf(answer) });
    }
    return result;
  }

  async #note(place: Place, isForced = false, answer: Promise<Secret>): Promise<Secret> {
    const at = this.#next();
    const note = (said: Said) => this.journal.push({ place, at, isForced, said });
    try {
      const secret = await answer;
      note(sayingOf(secret));
      return secret;
    } catch (error) {
      if (SecretError.isInstance(error)) note(sayingOf(error));
      throw error;
    }
  }

  #next(): Moment {
    const now = this.now();
    this.#calls++;
    return now;
  }
}
