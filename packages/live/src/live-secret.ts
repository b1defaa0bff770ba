import {
  checkStore,
  type OperationOptions,
  type Secret,
  SecretError,
  type SecretStore,
  type SecretValue,
} from "@llm-orchestrator/secrets-core";
import { orAborted } from "./or-aborted.js";
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
 * One secret of one store, for everything in this process that sends it. Each `get` asks the store,
 * so put a cache around it. Nothing is kept but a refused value, for the second in which it is not
 * asked for again.
 */
export interface LiveSecret {
  readonly key: string;
  readonly field: string | undefined;
  /** What is current. The signal ends the wait, also when the store does not heed it. */
  get(options?: OperationOptions): Promise<Secret>;
  /**
   * What to send after `rejected` was refused (HTTP 401). Compared by value. However many ask at
   * once, the store is asked once, past its cache. If it had nothing else it is for a second read
   * as usual. One read that does not end is waited for by nobody new after ten seconds.
   */
  refresh(rejected: Secret, options?: OperationOptions): Promise<Secret>;
  /** Current and previous version, for whoever checks what others send (a webhook's signature). */
  overlap(options?: OperationOptions): Promise<SecretOverlap>;
  /** To be called by whoever sends it. */
  noteUse(secret: Secret): void;
  /**
   * Which versions this process sent, newest use first. An old key that no process sends may be
   * revoked; ask all of them. A use whose version is `undefined` (a store without versions, such as
   * environment variables) may have been of any value, and proves nothing.
   */
  uses(): readonly SecretUse[];
}

/** Against a key that is simply bad: it is asked for once in this time. */
const cooldownMs = 1_000;

/** How long a read may keep others from asking for themselves. */
const sharedMs = 10_000;

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
  if (field !== undefined && (typeof field !== "string" || field === "")) {
    throw new SecretError("CONFIGURATION", {
      ...{ key, reason: "bad-argument", detail: "the field of a live secret is not a name" },
      fix: "Leave it out, or name a field of the JSON object",
    });
  }
  const ofStore = handles.get(store) ?? new Map<string, LiveSecret>();
  handles.set(store, ofStore);
  const id = JSON.stringify([key, field]);
  const handle = ofStore.get(id) ?? new StoredSecret(store, key, field);
  ofStore.set(id, handle);
  return handle;
}

/** A forced read that several wait for. */
interface Refresh {
  readonly rejected: SecretValue;
  readonly startedAt: number;
  readonly answer: Promise<Secret>;
}

class StoredSecret implements LiveSecret {
  readonly key: string;
  readonly field: string | undefined;
  readonly #store: SecretStore;
  readonly #uses = new UseLog();
  #refresh: Refresh | undefined;
  #unchanged: { readonly value: SecretValue; readonly until: number } | undefined;

  constructor(store: SecretStore, key: string, field: string | undefined) {
    this.#store = store;
    this.key = key;
    this.field = field;
  }

  async get({ signal }: OperationOptions = {}): Promise<Secret> {
    if (signal?.aborted) throw signal.reason;
    return orAborted(this.#store.getSecret(this.key, this.#options({ signal })), signal);
  }

  async refresh(rejected: Secret, { signal }: OperationOptions = {}): Promise<Secret> {
    const { value } = rejected;
    if (this.#isUnchanged(value)) return this.get({ signal });
    const { answer } = this.#shared(value) ?? this.#start(rejected);
    return orAborted(answer, signal);
  }

  async overlap({ signal }: OperationOptions = {}): Promise<SecretOverlap> {
    const current = await this.get({ signal });
    if (!this.#store.capabilities.versions) return Object.freeze({ current });
    try {
      const options = this.#options({ signal });
      const read = this.#store.getSecretVersion(this.key, "previous", options);
      const previous = await orAborted(read, signal);
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
  #start(rejected: Secret): Refresh {
    const { value } = rejected;
    const read = async () => this.#store.getSecret(this.key, this.#options({ rejected }));
    const refresh = { rejected: value, startedAt: performance.now(), answer: read() };
    this.#refresh = refresh;
    const end = (secret?: Secret): void => {
      if (this.#refresh !== refresh) return;
      this.#refresh = undefined;
      this.#noteUnchanged(secret?.value.equals(value) ? value : undefined);
    };
    refresh.answer.then(end, () => end());
    return refresh;
  }

  /** The read under way for the same value, unless it takes too long. */
  #shared(value: SecretValue): Refresh | undefined {
    const running = this.#refresh;
    if (!running?.rejected.equals(value)) return undefined;
    return performance.now() - running.startedAt < sharedMs ? running : undefined;
  }

  #isUnchanged(value: SecretValue): boolean {
    const unchanged = this.#unchanged;
    return (
      unchanged !== undefined &&
      performance.now() < unchanged.until &&
      unchanged.value.equals(value)
    );
  }

  /** Forgotten by a timer, since a rejected key need not stay in memory. */
  #noteUnchanged(value: SecretValue | undefined): void {
    const unchanged = value && { value, until: performance.now() + cooldownMs };
    this.#unchanged = unchanged;
    if (!unchanged) return;
    const timer: { unref?(): void } | number = setTimeout(() => {
      if (this.#unchanged === unchanged) this.#unchanged = undefined;
    }, cooldownMs);
    if (typeof timer === "object") timer.unref?.();
  }

  #options<Options extends object>(options: Options): Options & { field?: string } {
    return this.field === undefined ? options : { ...options, field: this.field };
  }
}
