import {
  ForwardingSecretStore,
  type PutSecretOptions,
  type RotateSecretOptions,
  type Secret,
  type SecretInput,
  type SecretStore,
} from "@llm-orchestrator/secrets-core";

/** A control: a cache that lets a key go before a write only, so a read beside it brings it back. */
export class StaleCache extends ForwardingSecretStore {
  readonly #held = new Map<string, { readonly secret: Secret; readonly endMs: number }>();
  readonly #ttlMs: number;

  constructor(store: SecretStore, ttlMs: number) {
    super(store);
    this.#ttlMs = ttlMs;
  }

  override async getSecret(key: string): Promise<Secret> {
    const held = this.#held.get(key);
    if (held && performance.now() < held.endMs) return held.secret;
    const endMs = performance.now() + this.#ttlMs;
    const secret = await this.inner.getSecret(key);
    this.#held.set(key, { secret, endMs });
    return secret;
  }

  override putSecret(key: string, value: SecretInput, options?: PutSecretOptions): Promise<Secret> {
    this.invalidate(key);
    return this.inner.putSecret(key, value, options);
  }

  override rotateSecret(key: string, options?: RotateSecretOptions): Promise<Secret> {
    this.invalidate(key);
    return this.inner.rotateSecret(key, options);
  }

  invalidate(key: string): void {
    this.#held.delete(key);
  }
}
