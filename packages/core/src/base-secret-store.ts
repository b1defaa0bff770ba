import type { AuditOperation } from "./audit.js";
import { auditedCall, auditedList, type OperationContext, toSecretError } from "./audited-call.js";
import { type CheckedCall, checkCall } from "./check-call.js";
import { probeHealth } from "./health.js";
import {
  acceptedKeys,
  checkKey,
  checkPrefix,
  type KeySyntax,
  portableKeySyntax,
} from "./key-syntax.js";
import { findPrevious, notFound } from "./previous-version.js";
import { acceptValue, checkPutOptions } from "./put-input.js";
import { readMany } from "./read-many.js";
import { noGenerator, rotateByCompareAndSet } from "./rotation.js";
import {
  type Secret,
  type SecretData,
  type SecretDescription,
  type SecretVersion,
  toSecret,
  toSecretDescription,
  toSecretVersion,
} from "./secret.js";
import { SecretError } from "./secret-error.js";
import { getField, putField } from "./secret-field.js";
import type * as contract from "./secret-store.js";
import { checkDeclared, type RotateContext, SecretStoreHooks } from "./secret-store-hooks.js";
import type { SecretInput } from "./secret-value.js";
import { isVersion } from "./version-syntax.js";

/** What a backend says of itself when it is made. */
export interface BaseSecretStoreOptions {
  readonly name: string;
  /** Default: read only. */
  readonly capabilities?: contract.SecretStoreCapabilities;
  /** Default: {@link portableKeySyntax}. */
  readonly keySyntax?: KeySyntax;
  /** Longest value in bytes of UTF-8. Default: no bound. */
  readonly maxValueBytes?: number;
  /** Makes new values for `rotateSecret` calls that bring no generator of their own. */
  readonly generate?: contract.SecretGenerator | undefined;
}

/**
 * What a backend extends. Its public methods check key, options, open state and signal, publish
 * the audit event and normalise errors; the backend implements hooks, of which only `read` is
 * required.
 *
 * @example
 * ```ts
 * import { BaseSecretStore } from "@llm-orchestrator/secrets-core";
 *
 * class GreetingStore extends BaseSecretStore {
 *   constructor() {
 *     super({ name: "greeting" });
 *   }
 *   protected override async read(key: string) {
 *     return key === "greeting" ? { value: "hello" } : undefined;
 *   }
 * }
 * ```
 */
export abstract class BaseSecretStore extends SecretStoreHooks implements contract.SecretStore {
  readonly specificationVersion = 1;
  readonly name: string;
  readonly capabilities: contract.SecretStoreCapabilities;
  readonly keySyntax: KeySyntax;
  readonly #maxValueBytes: number;
  readonly #generate: contract.SecretGenerator | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: BaseSecretStoreOptions) {
    super();
    this.name = options.name;
    this.capabilities = Object.freeze({ ...options.capabilities });
    this.keySyntax = Object.freeze({ ...(options.keySyntax ?? portableKeySyntax) });
    this.#maxValueBytes = options.maxValueBytes ?? Number.POSITIVE_INFINITY;
    this.#generate = options.generate;
    checkDeclared(this, this.capabilities);
  }

  getSecret(key: string, options?: contract.GetSecretOptions): Promise<Secret> {
    const takes = ["field", "fresh", "rejected", "signal"] as const;
    return this.#call("getSecret", { key, options, takes }, async (context) =>
      this.#toSecret(key, await this.read(key, context), options?.field),
    );
  }

  getSecrets(
    keys: readonly string[],
    options?: contract.GetSecretsOptions,
  ): Promise<contract.SecretsResult> {
    const { name, keySyntax, capabilities } = this;
    const batchSize = capabilities.maxBatchSize ?? 1;
    const takes = ["fresh", "signal"] as const;
    return this.#call("getSecrets", { keys, options, takes }, (context) =>
      readMany(keys, {
        ...{ name, keySyntax, batchSize },
        readBatch: async (batch) =>
          batchSize > 1
            ? this.readMany(batch, context)
            : new Map([[batch[0] as string, await this.read(batch[0] as string, context)]]),
      }),
    );
  }

  putSecret(
    key: string,
    value: SecretInput,
    options: contract.PutSecretOptions = {},
  ): Promise<Secret> {
    const takes = [
      ...(["field", "description", "tags", "rotationPeriodDays"] as const),
      ...(["expectedVersion", "signal"] as const),
    ];
    return this.#call("putSecret", { key, options, takes, needs: "write" }, async (context) => {
      checkPutOptions(options, this.capabilities);
      const accepted = this.#accept(value);
      const { field, description, rotationPeriodDays, expectedVersion } = options;
      const tags = options.tags && { ...options.tags }; // the caller's own object may change later
      const write = { ...context, description, tags, rotationPeriodDays, expectedVersion };
      const written =
        field === undefined
          ? await this.write(key, accepted, write)
          : await putField(field, accepted, expectedVersion, {
              read: () => this.read(key, context),
              write: (whole, version) =>
                this.write(key, this.#accept(whole), { ...write, expectedVersion: version }),
            });
      return toSecret(key, { description, tags, ...written, value: accepted }, this.name);
    });
  }

  deleteSecret(key: string, options?: contract.DeleteSecretOptions): Promise<void> {
    const mode = options?.mode ?? "recoverable";
    const needs = mode === "permanent" ? "delete" : "restore";
    const fix =
      needs === "restore" && this.capabilities.delete
        ? 'This store deletes only for ever: ask for it with { mode: "permanent" }'
        : undefined;
    const takes = ["mode", "signal"] as const;
    return this.#call("deleteSecret", { key, options, takes, needs, fix }, (context) =>
      this.remove(key, { ...context, mode }),
    );
  }

  restoreSecret(key: string, options?: contract.OperationOptions): Promise<void> {
    return this.#call("restoreSecret", { key, options, needs: "restore" }, (context) =>
      this.recover(key, context),
    );
  }

  describeSecret(key: string, options?: contract.OperationOptions): Promise<SecretDescription> {
    return this.#call("describeSecret", { key, options, needs: "describe" }, async (context) => {
      const data = await this.describe(key, context);
      if (data === undefined) throw notFound(key);
      return toSecretDescription(key, data);
    });
  }

  listSecrets(prefix = "", options?: contract.OperationOptions): AsyncIterable<string> {
    const check = () => {
      this.#check({ options, needs: "list" }, "listSecrets");
      checkPrefix(prefix, this.keySyntax);
    };
    return auditedList({ operation: "listSecrets", store: this.name, options, check }, (context) =>
      this.list(prefix, context),
    );
  }

  rotateSecret(key: string, options: contract.RotateSecretOptions = {}): Promise<Secret> {
    const takes = ["generate", "verify", "field", "signal"] as const;
    return this.#call("rotateSecret", { key, options, takes, needs: "rotate" }, async (context) => {
      const { generate, verify, field } = options;
      return this.#toSecret(key, await this.rotate(key, { ...context, generate, verify, field }));
    });
  }

  getSecretVersions(
    key: string,
    options?: contract.OperationOptions,
  ): Promise<readonly SecretVersion[]> {
    return this.#call("getSecretVersions", { key, options, needs: "versions" }, async (context) => {
      const rows = await this.versions(key, context);
      if (rows === undefined) throw notFound(key);
      return Object.freeze(rows.map(toSecretVersion));
    });
  }

  getSecretVersion(
    key: string,
    version: string,
    options?: contract.GetSecretVersionOptions,
  ): Promise<Secret> {
    const call = { key, version, options, takes: ["field", "signal"], needs: "versions" } as const;
    return this.#call("getSecretVersion", call, async (context) => {
      const data = await this.#readNamed(key, version, context);
      if (data === undefined) throw notFound(key, `it has no version ${version}`);
      return this.#toSecret(key, data, options?.field);
    });
  }

  healthCheck(options?: contract.OperationOptions): Promise<contract.HealthReport> {
    const operation = "healthCheck";
    const check = () => checkCall(operation, { options }, this);
    return auditedCall({ operation, store: this.name, options, check }, (context) =>
      probeHealth(this.name, context.signal, async () => {
        this.#checkOpen();
        return this.checkHealth(context);
      }),
    );
  }

  close(): Promise<void> {
    this.#closing ??= Promise.resolve()
      .then(() => this.release())
      .catch((error: unknown) => {
        throw toSecretError(error, { store: this.name });
      });
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One generic rotation for every backend; override it only for more. */
  protected async rotate(key: string, context: RotateContext): Promise<SecretData> {
    if (!context.generate) {
      const managed = await this.rotateManaged(key, context);
      if (managed) return managed;
    }
    const generate = context.generate ?? this.#generate;
    if (!generate) throw noGenerator(key);
    const store = {
      accept: (input: SecretInput) => this.#accept(input),
      read: async () => {
        const current = await this.read(key, context);
        if (current === undefined) throw notFound(key);
        return current;
      },
      write: this.write.bind(this, key),
    };
    return rotateByCompareAndSet(store, generate, context);
  }

  /** The version before the current one. Override where the service names it itself. */
  protected async readPrevious(
    key: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    const rows = await this.versions(key, context);
    if (rows === undefined) throw notFound(key);
    return this.readVersion(key, findPrevious(key, rows), context);
  }

  #readNamed(
    key: string,
    version: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    if (version === "current") return this.read(key, context);
    if (version === "previous") return this.readPrevious(key, context);
    return this.readVersion(key, version, context);
  }

  #toSecret(key: string, data: SecretData | undefined, field?: string): Secret {
    if (data === undefined) throw notFound(key);
    const value = field === undefined ? data.value : getField(data.value, field);
    return toSecret(key, { ...data, value }, this.name);
  }

  #accept(input: SecretInput) {
    return acceptValue(input, {
      capabilities: this.capabilities,
      maxValueBytes: this.#maxValueBytes,
    });
  }

  #call<T>(
    operation: AuditOperation,
    call: CheckedCall,
    work: (context: OperationContext) => Promise<T>,
  ): Promise<T> {
    const { key, options } = call;
    const version = isVersion(call.version) ? call.version : undefined;
    const check = () => this.#check(call, operation);
    const keys = "keys" in call ? () => acceptedKeys(call.keys, this.keySyntax) : undefined;
    return auditedCall({ operation, store: this.name, key, keys, version, options, check }, work);
  }

  #check(call: CheckedCall, operation: AuditOperation): void {
    // First of all, so that whatever fails next names a key and not what was passed in its place.
    if ("key" in call) checkKey(call.key, this.keySyntax);
    this.#checkOpen();
    checkCall(operation, call, this);
  }

  #checkOpen(): void {
    if (this.#closing) throw new SecretError("CLOSED", { detail: this.name });
  }
}
