import {
  ForwardingSecretStore,
  type Secret,
  type SecretStore,
} from "@llm-orchestrator/secrets-core";

/** A control: a cache that leaves the end of a secret's time to a timer. */
export class TimerCache extends ForwardingSecretStore {
  readonly #held = new Map<string, Secret>();
  readonly #ttlMs: number;

  constructor(store: SecretStore, ttlMs: number) {
    super(store);
    this.#ttlMs = ttlMs;
  }

  override async getSecret(key: string): Promise<Secret> {
    const held = this.#held.get(key);
    if (held) return held;
    const secret = await this.inner.getSecret(key);
    this.#held.set(key, secret);
    setTimeout(() => this.#held.delete(key), this.#ttlMs).unref();
    return secret;
  }
}
