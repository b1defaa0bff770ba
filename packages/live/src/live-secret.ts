import {
  checkStore,
  type OperationOptions,
  type Secret,
  SecretError,
  type SecretStore,
  type SecretValue,
} from "@llm-orchestrator/secrets-core";
import { type SecretUse, UseLog } from "./use-log.js";

export interface LiveSecretOptions {
  /** One field of a secret that is a JSON object. */
  readonly field?: string | undefined;
}

/** What is valid while a rotation is under way. */
export interface SecretOverlap {
  readonly current: Secret;
  /** Absent when there is none, or its value can no longer be read. */
  readonly previous?: Secret;
}

/**
 * One secret of one store, for everything in this process that sends it. Keeps no copy: each `get`
 * asks the store, so put a cache around it.
 */
export interface LiveSecret {
  readonly key: string;
  readonly field: string | undefined;
  /** What is current. */
  get(options?: OperationOptions): Promise<Secret>;
  /**
   * What to send after `rejected` was refused (HTTP 401). Compared by value. However many ask at
   * once, the store is asked once; and not again for a second, if it had nothing else.
   */
  refresh(rejected: Secret, options?: OperationOptions): Promise<Secret>;
  /** Current and previous version, for whoever checks what others send (a webhook's signature). */
  overlap(options?: OperationOptions): Promise<SecretOverlap>;
  /** To be called by whoever sends it. */
  noteUse(secret: Secret): void;
  /** Which versions were sent, newest use first: an old key that nobody sends may be revoked. */
  uses(): readonly SecretUse[];
}

/** Against a key that is simply bad: it is asked for once in this time. */
const cooldownMs = 1_000;

const handles = new WeakMap<SecretStore, Map<string, LiveSecret>>();

/**
 * The handle of a secret. Asked again for the same store, key and field it is the same handle, so
 * that all clients of a process share one refresh.
 *
 * @throws SecretError `CONFIGURATION` for what is no store, or no key.
 * @example
 * ```ts
 * import { liveSecret } from "@llm-orchestrator/secrets-live";
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "webhooks/signing": "whsec-example" });
 * const { current, previous } = await liveSecret(store, "webhooks/signing").overlap();
 * ```
 */
export function liveSecret(
  store: SecretStore,
  key: string,
  { field }: LiveSecretOptions = {},
): LiveSecret {
  checkStore(store);
  if (typeof key !== "string" || key === "") {
    throw new SecretError("CONFIGURATION", {
      reason: "bad-argument",
      detail: "the key of a live secret is not a key",
      fix: 'Pass the key under which the store has it, such as "openai/api_key"',
    });
  }
  const ofStore = handles.get(store) ?? new Map<string, LiveSecret>();
  handles.set(store, ofStore);
  const id = JSON.stringify([key, field]);
  const handle = ofStore.get(id) ?? new StoredSecret(store, key, field);
  ofStore.set(id, handle);
  return handle;
}

class StoredSecret implements LiveSecret {
  readonly key: string;
  readonly field: string | undefined;
  readonly #store: SecretStore;
  readonly #uses = new UseLog();
  #refresh: { readonly rejected: SecretValue; readonly answer: Promise<Secret> } | undefined;
  #unchanged: { readonly value: SecretValue; readonly until: number } | undefined;

  constructor(store: SecretStore, key: string, field: string | undefined) {
    this.#store = store;
    this.key = key;
    this.field = field;
  }

  get({ signal }: OperationOptions = {}): Promise<Secret> {
    return this.#store.getSecret(this.key, this.#options({ signal }));
  }

  async refresh(rejected: Secret, { signal }: OperationOptions = {}): Promise<Secret> {
    const { value } = rejected;
    const unchanged = this.#unchanged;
    if (unchanged?.value.equals(value) && performance.now() < unchanged.until) return rejected;
    if (!this.#refresh?.rejected.equals(value)) this.#start(rejected);
    const { answer } = this.#refresh as { answer: Promise<Secret> };
    return signal ? orAborted(answer, signal) : answer;
  }

  async overlap({ signal }: OperationOptions = {}): Promise<SecretOverlap> {
    const current = await this.get({ signal });
    if (!this.#store.capabilities.versions) return Object.freeze({ current });
    try {
      const options = this.#options({ signal });
      const previous = await this.#store.getSecretVersion(this.key, "previous", options);
      return Object.freeze({ current, previous });
    } catch (error) {
      if (SecretError.isInstance(error) && error.code === "NOT_FOUND") {
        return Object.freeze({ current });
      }
      throw error;
    }
  }

  noteUse({ version }: Secret): void {
    this.#uses.note(version);
  }

  uses(): readonly SecretUse[] {
    return this.#uses.list();
  }

  /** Goes on for the others when one caller cancels, so it has no signal. */
  #start(rejected: Secret): void {
    const answer = this.#store.getSecret(this.key, this.#options({ rejected }));
    const refresh = { rejected: rejected.value, answer };
    this.#refresh = refresh;
    const end = (): void => {
      if (this.#refresh === refresh) this.#refresh = undefined;
    };
    answer.then((secret) => {
      const { value } = rejected;
      const isSame = secret.value.equals(value);
      this.#unchanged = isSame ? { value, until: performance.now() + cooldownMs } : undefined;
      end();
    }, end);
  }

  #options<Options extends object>(options: Options): Options & { field?: string } {
    return this.field === undefined ? options : { ...options, field: this.field };
  }
}

function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const settle = () => signal.removeEventListener("abort", onAbort);
    answer.then(resolve, reject).then(settle);
  });
}
