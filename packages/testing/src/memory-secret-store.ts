import {
  BaseSecretStore,
  checkKey,
  type OperationContext,
  type ReadManyResult,
  type RemoveContext,
  type RotateContext,
  type SecretData,
  type SecretDescriptionData,
  SecretError,
  type SecretErrorCode,
  type SecretGenerator,
  type SecretInput,
  type SecretTags,
  type SecretValue,
  type SecretVersionData,
  secretValue,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";

export interface MemorySecretStoreOptions {
  /** Default `"memory"`. */
  readonly name?: string;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Makes new values for `rotateSecret` calls that bring no generator of their own. */
  readonly generate?: SecretGenerator;
  /** Keys that one request reads. Default 20. */
  readonly maxBatchSize?: number;
}

interface Version {
  readonly id: string;
  readonly value: SecretValue;
  readonly createdAt: string;
  deletedAt: string | undefined;
}

interface Entry {
  /** Oldest first; never empty. */
  readonly versions: Version[];
  description: string | undefined;
  tags: SecretTags;
  rotationPeriodDays: number | undefined;
  lastRotatedAt: string | undefined;
}

const millisecondsPerDay = 86_400_000;

/**
 * A store in this process's memory with every capability: the reference that other backends are
 * read against, and what an application's own tests use in place of a server. Each put makes a
 * version (`"1"`, `"2"`, …); a recoverable deletion hides the newest one; a permanent one forgets
 * the key.
 *
 * @example
 * ```ts
 * import { MemorySecretStore } from "@llm-orchestrator/secrets-testing";
 *
 * const store = MemorySecretStore.from({ "openai/api_key": "sk-example" });
 * const secret = await store.getSecret("openai/api_key");
 * console.log(secret.version, secret.value); // 1 [redacted]
 * ```
 */
export class MemorySecretStore extends BaseSecretStore {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  #fault: SecretErrorCode | undefined;

  constructor(options: MemorySecretStoreOptions = {}) {
    const { name = "memory", now = Date.now, generate, maxBatchSize = 20 } = options;
    super({
      name,
      generate,
      capabilities: {
        ...{ write: true, delete: true, restore: true, list: true, describe: true },
        ...{ versions: true, rotate: true, compareAndSet: true, binary: true, metadata: true },
        maxBatchSize,
      },
    });
    this.#now = now;
  }

  /** A store that holds these secrets, each as version 1. */
  static from(
    secrets: Readonly<Record<string, SecretInput>>,
    options?: MemorySecretStoreOptions,
  ): MemorySecretStore {
    const store = makeStore(options);
    for (const [key, value] of Object.entries(secrets)) {
      checkKey(key, store.keySyntax);
      store.#append(key, secretValue(value), {});
    }
    return store;
  }

  /** From now on every call fails with this code, as if the server did; `undefined` ends it. */
  simulate(fault: SecretErrorCode | undefined): void {
    this.#fault = fault;
  }

  protected override async read(key: string): Promise<SecretData | undefined> {
    const entry = this.#find(key);
    return entry && toData(key, entry, newest(entry));
  }

  protected override async readMany(keys: readonly string[]): Promise<ReadManyResult> {
    this.#failIfAsked();
    const results = keys.map(async (key) => {
      const result = await this.read(key).catch((error: SecretError) => error);
      return [key, result] as const;
    });
    return new Map(await Promise.all(results));
  }

  protected override async readVersion(
    key: string,
    version: string,
  ): Promise<SecretData | undefined> {
    const entry = this.#find(key);
    const found = entry?.versions.find(({ id }) => id === version);
    return entry && found && toData(key, entry, found);
  }

  protected override async write(
    key: string,
    value: SecretValue,
    context: WriteContext,
  ): Promise<WrittenData> {
    const { expectedVersion } = context;
    const entry = this.#find(key);
    const current = entry && newest(entry).deletedAt === undefined ? newest(entry).id : null;
    if (expectedVersion !== undefined && expectedVersion !== current) {
      throw new SecretError("CONFLICT", {
        key,
        detail: `version ${expectedVersion ?? "none"} was expected, ${current ?? "none"} is current`,
      });
    }
    return this.#append(key, value, context);
  }

  protected override async remove(key: string, { mode }: RemoveContext): Promise<void> {
    const entry = this.#find(key);
    if (mode === "permanent") this.#entries.delete(key);
    else if (entry) newest(entry).deletedAt ??= this.#time();
  }

  protected override async recover(key: string): Promise<void> {
    const entry = this.#find(key);
    if (!entry) throw new SecretError("NOT_FOUND", { key, reason: "absent" });
    newest(entry).deletedAt = undefined;
  }

  protected override async describe(key: string): Promise<SecretDescriptionData | undefined> {
    const entry = this.#find(key);
    if (!entry) return undefined;
    const { description, tags, rotationPeriodDays, lastRotatedAt } = entry;
    const createdAt = (entry.versions[0] as Version).createdAt;
    const { id, createdAt: updatedAt, deletedAt } = newest(entry);
    const currentVersion = deletedAt === undefined ? id : undefined;
    const rotationDueAt =
      rotationPeriodDays &&
      new Date(
        Date.parse(lastRotatedAt ?? createdAt) + rotationPeriodDays * millisecondsPerDay,
      ).toISOString();
    return {
      ...{ description, tags, currentVersion, createdAt, updatedAt, deletedAt },
      ...{ rotationPeriodDays, lastRotatedAt, rotationDueAt: rotationDueAt || undefined },
    };
  }

  protected override async *list(prefix: string): AsyncGenerator<string> {
    this.#failIfAsked();
    for (const key of [...this.#entries.keys()].sort()) if (key.startsWith(prefix)) yield key;
  }

  protected override async versions(
    key: string,
  ): Promise<readonly SecretVersionData[] | undefined> {
    const entry = this.#find(key);
    if (!entry) return undefined;
    return [...entry.versions].reverse().map(({ id: version, createdAt, deletedAt }, index) => ({
      version,
      createdAt,
      isCurrent: index === 0 && deletedAt === undefined,
      state: deletedAt === undefined ? "live" : "deleted",
    }));
  }

  protected override async rotate(key: string, context: RotateContext): Promise<SecretData> {
    const rotated = await super.rotate(key, context);
    const entry = this.#find(key);
    if (entry) entry.lastRotatedAt = rotated.createdAt;
    return rotated;
  }

  protected override async checkHealth(_context: OperationContext): Promise<string> {
    this.#failIfAsked();
    return "ready";
  }

  #append(
    key: string,
    value: SecretValue,
    options: Pick<WriteContext, "description" | "tags" | "rotationPeriodDays">,
  ): WrittenData {
    const entry: Entry = this.#entries.get(key) ?? {
      versions: [],
      ...{ description: undefined, tags: {} },
      ...{ rotationPeriodDays: undefined, lastRotatedAt: undefined },
    };
    entry.description = options.description ?? entry.description;
    entry.tags = options.tags ?? entry.tags;
    entry.rotationPeriodDays = options.rotationPeriodDays ?? entry.rotationPeriodDays;
    const id = String(entry.versions.length + 1);
    const createdAt = this.#time();
    entry.versions.push({ id, value, createdAt, deletedAt: undefined });
    this.#entries.set(key, entry);
    return { version: id, createdAt, description: entry.description, tags: entry.tags };
  }

  #find(key: string): Entry | undefined {
    this.#failIfAsked();
    return this.#entries.get(key);
  }

  #failIfAsked(): void {
    const reason = this.#fault === "NOT_FOUND" ? "absent" : undefined;
    if (this.#fault) throw new SecretError(this.#fault, { reason, detail: "a simulated fault" });
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** A class that names itself is bundled, and then printed, as `_MemorySecretStore`. */
function makeStore(options: MemorySecretStoreOptions | undefined): MemorySecretStore {
  return new MemorySecretStore(options);
}

function newest({ versions }: Entry): Version {
  return versions.at(-1) as Version;
}

function toData(key: string, { description, tags }: Entry, version: Version): SecretData {
  const { id, value, createdAt, deletedAt } = version;
  if (deletedAt !== undefined) throw new SecretError("NOT_FOUND", { key, reason: "deleted" });
  return { value, version: id, createdAt, description, tags };
}
