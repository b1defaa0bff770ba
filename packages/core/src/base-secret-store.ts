import { throwIfAborted } from "./abort.js";
import type { AuditOperation } from "./audit.js";
import { auditedCall, auditedList, type OperationContext, toSecretError } from "./audited-call.js";
import { type BaseSecretStoreOptions, checkStoreOptions } from "./base-store-options.js";
import { type CheckedCall, checkCall } from "./check-call.js";
import { type OptionChecks, type TakenOptions, takeOptions } from "./check-options.js";
import { probeHealth } from "./health.js";
import {
  acceptedKeys,
  checkKey,
  checkPrefix,
  type KeySyntax,
  portableKeySyntax,
} from "./key-syntax.js";
import { notFound } from "./previous-version.js";
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
import { fieldsOf, getField, putField } from "./secret-field.js";
import type * as contract from "./secret-store.js";
import { type RotateContext, SecretStoreHooks } from "./secret-store-hooks.js";
import type { SecretInput } from "./secret-value.js";

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
  readonly #callOptions: Readonly<Record<string, OptionChecks>>;
  #closing: Promise<void> | undefined;

  constructor(options: BaseSecretStoreOptions) {
    super();
    checkStoreOptions(options, this, BaseSecretStore.prototype);
    this.name = options.name;
    this.capabilities = Object.freeze({ ...options.capabilities });
    this.keySyntax = Object.freeze({ ...(options.keySyntax ?? portableKeySyntax) });
    this.#maxValueBytes = options.maxValueBytes ?? Number.POSITIVE_INFINITY;
    this.#generate = options.generate;
    this.#callOptions = { ...options.callOptions };
  }

  getSecret(key: string, options?: contract.GetSecretOptions): Promise<Secret> {
    const call = { key, takes: ["field", "fresh", "rejected", "signal"] } as const;
    return this.#call("getSecret", call, options, async (context, { field }) =>
      this.#toSecret(key, await this.read(key, context), field),
    );
  }

  getSecrets(
    keys: readonly string[],
    options?: contract.GetSecretsOptions,
  ): Promise<contract.SecretsResult> {
    const { name, keySyntax, capabilities } = this;
    const batchSize = capabilities.maxBatchSize ?? 1;
    const call = { keys, takes: ["fresh", "signal"] } as const;
    return this.#call("getSecrets", call, options, (context, { signal }) => {
      const readBatch = async (batch: readonly string[]) => {
        if (batchSize > 1) return this.readMany(batch, context);
        const [key] = batch as [string];
        return new Map([[key, await this.read(key, context)]]);
      };
      return readMany(keys, { name, keySyntax, batchSize, signal, readBatch });
    });
  }

  putSecret(key: string, value: SecretInput, options?: contract.PutSecretOptions): Promise<Secret> {
    const metadata = ["description", "tags", "rotationPeriodDays"] as const;
    const takes = ["field", ...metadata, "expectedVersion", "signal"] as const;
    const call = { key, takes, needs: "write" } as const;
    return this.#call("putSecret", call, options, async (context, taken) => {
      checkPutOptions(taken, this.capabilities);
      const accepted = this.#accept(value);
      const { field, ...rest } = taken;
      const write = { ...rest, ...context };
      const written =
        field === undefined
          ? await this.write(key, accepted, write)
          : await putField(field, accepted, taken, {
              read: () => this.read(key, context),
              write: (whole, expectedVersion, changes) =>
                this.write(key, this.#accept(whole), { ...write, expectedVersion, changes }),
            });
      const { description, tags } = taken;
      return toSecret(key, { description, tags, ...written, value: accepted }, this.name);
    });
  }

  deleteSecret(key: string, options?: contract.DeleteSecretOptions): Promise<void> {
    const needs = ({ mode }: contract.DeleteSecretOptions) =>
      mode === "permanent" ? "delete" : "restore";
    const fix = this.capabilities.delete
      ? 'This store deletes only for ever: ask for it with { mode: "permanent" }'
      : undefined;
    const call = { key, takes: ["mode", "signal"], needs, fix } as const;
    return this.#call("deleteSecret", call, options, (context, { mode = "recoverable" }) =>
      this.remove(key, { ...context, mode }),
    );
  }

  restoreSecret(key: string, options?: contract.OperationOptions): Promise<void> {
    return this.#call("restoreSecret", { key, needs: "restore" }, options, (context) =>
      this.recover(key, context),
    );
  }

  describeSecret(key: string, options?: contract.OperationOptions): Promise<SecretDescription> {
    return this.#call("describeSecret", { key, needs: "describe" }, options, async (context) => {
      const data = await this.describe(key, context);
      if (data === undefined) throw notFound(key);
      return toSecretDescription(key, data);
    });
  }

  listSecrets(prefix = "", options?: contract.OperationOptions): AsyncIterable<string> {
    const operation = "listSecrets";
    const taken = takeOptions<contract.OperationOptions>(options, operation, ["signal"]);
    const check = () => {
      this.#check(operation, { needs: "list" }, taken);
      checkPrefix(prefix, this.keySyntax);
    };
    const call = { operation, store: this.name, options: taken.options, check } as const;
    const open = (context: OperationContext) => this.list(prefix, context);
    return { [Symbol.asyncIterator]: () => auditedList(call, open) };
  }

  rotateSecret(key: string, options?: contract.RotateSecretOptions): Promise<Secret> {
    const takes = ["generate", "verify", "field", "signal"] as const;
    const call = { key, takes, needs: "rotate" } as const;
    return this.#call("rotateSecret", call, options, async (context, taken) =>
      this.#toSecret(key, await this.rotate(key, { ...taken, ...context })),
    );
  }

  getSecretVersions(
    key: string,
    options?: contract.OperationOptions,
  ): Promise<readonly SecretVersion[]> {
    return this.#call("getSecretVersions", { key, needs: "versions" }, options, async (context) => {
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
    const call = { key, version, takes: ["field", "signal"], needs: "versions" } as const;
    return this.#call("getSecretVersion", call, options, async (context, { field }) => {
      const data =
        version === "current"
          ? await this.read(key, context)
          : version === "previous"
            ? await this.readPrevious(key, context)
            : await this.readVersion(key, version, context);
      if (data === undefined) throw notFound(key, "it has no such version");
      return this.#toSecret(key, data, field);
    });
  }

  healthCheck(options?: contract.OperationOptions): Promise<contract.HealthReport> {
    const operation = "healthCheck";
    const taken = takeOptions<contract.OperationOptions>(options, operation, ["signal"]);
    const check = () => checkCall(operation, {}, taken, this);
    const call = { operation, store: this.name, options: taken.options, check } as const;
    return auditedCall(call, (context) =>
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

  /**
   * Runs a method that only this store has as the others are run: key, options, open state and signal
   * are checked, the audit event is published, errors are normalised. Its options stand in
   * `callOptions`, and reach `work` as `context.own`.
   */
  protected run<Result>(
    call: { readonly operation: string; readonly key?: string },
    options: contract.OperationOptions | undefined,
    work: (context: OperationContext) => Promise<Result>,
  ): Promise<Result> {
    return this.#call(call.operation, call, options, work);
  }

  /** One generic rotation for every backend; override it only for more. */
  protected async rotate(key: string, context: RotateContext): Promise<SecretData> {
    if (!context.generate) {
      const managed = await this.rotateManaged(key, context);
      if (managed) return managed;
      throwIfAborted(context.signal);
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
      stage: this.stage.bind(this, key),
      findStaged: this.findStaged.bind(this, key),
    };
    return rotateByCompareAndSet(store, generate, context);
  }

  #toSecret(key: string, data: SecretData | undefined, field?: string): Secret {
    if (data === undefined) throw notFound(key);
    const value = field === undefined ? undefined : getField(fieldsOf(data), field);
    return toSecret(key, data, this.name, value);
  }

  #accept(input: SecretInput) {
    const { capabilities } = this;
    return acceptValue(input, { capabilities, maxValueBytes: this.#maxValueBytes });
  }

  #call<Result, Options extends contract.OperationOptions>(
    operation: AuditOperation,
    call: CheckedCall<Options>,
    given: Options | undefined,
    work: (context: OperationContext, options: Options) => Promise<Result>,
  ): Promise<Result> {
    const taken = takeOptions<Options>(
      given,
      operation,
      call.takes ?? ["signal"],
      this.#callOptions[operation],
    );
    const { options, own } = taken;
    const check = () => this.#check(operation, call, taken);
    const keys = "keys" in call ? () => acceptedKeys(call.keys, this.keySyntax) : undefined;
    return auditedCall(
      { operation, store: this.name, key: call.key, keys, options, check },
      (context) => work(own === undefined ? context : { ...context, own }, options),
    );
  }

  #check<Options extends object>(
    operation: AuditOperation,
    call: CheckedCall<Options>,
    taken: TakenOptions<Options>,
  ): void {
    // First of all, so that whatever fails next names a key and not what was passed in its place.
    if ("key" in call) checkKey(call.key, this.keySyntax);
    this.#checkOpen();
    checkCall(operation, call, taken, this);
  }

  #checkOpen(): void {
    if (this.#closing) throw new SecretError("CLOSED", { detail: this.name });
  }
}
