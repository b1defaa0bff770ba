import {
  type AuditOperation,
  auditedCall,
  type DeleteSecretOptions,
  ForwardingSecretStore,
  isKey,
  type OperationOptions,
  type PutSecretOptions,
  type RotateSecretOptions,
  type Secret,
  SecretError,
  type SecretInput,
  type SecretStore,
  type SecretStoreCapabilities,
} from "@llm-orchestrator/secrets-core";

const refused = Object.freeze({
  ...{ write: false, delete: false, restore: false },
  ...{ rotate: false, compareAndSet: false, metadata: false },
});

/** A store without its writes: they reject with `NOT_SUPPORTED` and never reach it. */
export class ReadOnlyStore extends ForwardingSecretStore {
  readonly #capabilities: SecretStoreCapabilities;
  #closed = false;

  constructor(inner: SecretStore) {
    super(inner);
    this.#capabilities = Object.freeze({ ...inner.capabilities, ...refused });
  }

  override get capabilities(): SecretStoreCapabilities {
    return this.#capabilities;
  }

  override putSecret(
    key: string,
    _value: SecretInput,
    options?: PutSecretOptions,
  ): Promise<Secret> {
    return this.#refuse("putSecret", key, options);
  }

  override deleteSecret(key: string, options?: DeleteSecretOptions): Promise<void> {
    return this.#refuse("deleteSecret", key, options);
  }

  override restoreSecret(key: string, options?: OperationOptions): Promise<void> {
    return this.#refuse("restoreSecret", key, options);
  }

  override rotateSecret(key: string, options?: RotateSecretOptions): Promise<Secret> {
    return this.#refuse("rotateSecret", key, options);
  }

  override close(): Promise<void> {
    this.#closed = true;
    return super.close();
  }

  /** Audited here, since the store that would do it is not asked. */
  #refuse(
    operation: AuditOperation,
    key: string,
    options: OperationOptions | undefined,
  ): Promise<never> {
    const refuse = (): never => {
      if (this.#closed) throw new SecretError("CLOSED", { detail: this.name });
      throw new SecretError("NOT_SUPPORTED", {
        reason: "read-only",
        detail: `${operation} on ${this.name}, which was made read-only`,
        fix: "Write through a store that was built without readOnly()",
      });
    };
    const call = { operation, store: this.name, options, check: refuse };
    // Error and event name the key; what is none may be a value that was passed in its place.
    return auditedCall(isKey(key, this.keySyntax) ? { ...call, key } : call, refuse);
  }
}
