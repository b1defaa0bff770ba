import {
  BaseSecretStore,
  type OperationContext,
  type ReadManyResult,
  type RemoveContext,
  type RotateContext,
  type SecretData,
  type SecretDescriptionData,
  SecretError,
  type SecretValue,
  type SecretVersionData,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { AgeCipher } from "./age-cipher.js";
import {
  append,
  forget,
  hideNewest,
  newest,
  type SecretDocument,
  showNewest,
  toData,
  toDescription,
  toRows,
} from "./document.js";
import { optionsFromEnv } from "./environment.js";
import { checkFileOptions, type FileSecretStoreOptions } from "./file-options.js";
import { FileWriter } from "./file-writer.js";
import { SecretFile } from "./secret-file.js";

const maxValueBytes = 1_048_576;
const maxBatchSize = 50;
/** Tells `write` that a rotation made the value: `own` reaches it, and no caller can set it. */
const rotation = Object.freeze({ isRotation: true });

/**
 * Secrets in one local file, encrypted with age. It does all that the contract has, for several processes
 * at once. A missing file is an empty store; the first write makes it, readable by its owner only.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { FileSecretStore, generateIdentity } from "@llm-orchestrator/secrets-file";
 *
 * const folder = await mkdtemp(join(tmpdir(), "secrets-"));
 * const identity = await generateIdentity(); // once; keep it where the file is not
 * const store = new FileSecretStore({ path: join(folder, "secrets.age"), identity });
 * await store.putSecret("openai/api_key", "sk-example");
 * console.log((await store.getSecret("openai/api_key")).value); // [redacted]
 * await store.close();
 * ```
 */
export class FileSecretStore extends BaseSecretStore {
  readonly #file: SecretFile;
  readonly #writer: FileWriter;
  readonly #maxVersions: number;

  /** Does no I/O. @throws SecretError `CONFIGURATION` for a wrong option. */
  constructor(options: FileSecretStoreOptions) {
    const { path, key, maxVersions, lockTimeoutMs } = checkFileOptions(options);
    const { name = "file", generate } = options;
    super({
      ...{ name, generate, maxValueBytes },
      capabilities: {
        ...{ write: true, delete: true, restore: true, list: true, describe: true },
        ...{ versions: true, rotate: true, compareAndSet: true, binary: true, metadata: true },
        maxBatchSize,
      },
    });
    this.#maxVersions = maxVersions;
    const cipher = new AgeCipher(key);
    this.#file = new SecretFile({ path, cipher, store: name });
    this.#writer = new FileWriter({ file: this.#file, cipher, lockTimeoutMs });
  }

  /**
   * A store from `SECRETS_FILE_PATH` and `SECRETS_FILE_IDENTITY` or `SECRETS_FILE_PASSPHRASE`, and over
   * them the options.
   *
   * @throws SecretError `CONFIGURATION`
   */
  static fromEnv(options: Partial<FileSecretStoreOptions> = {}): FileSecretStore {
    return fromEnvironment(options);
  }

  protected override async read(key: string): Promise<SecretData | undefined> {
    return dataOf(await this.#file.read(), key);
  }

  protected override async readMany(keys: readonly string[]): Promise<ReadManyResult> {
    const document = await this.#file.read();
    return new Map(keys.map((key) => [key, dataOrError(document, key)]));
  }

  protected override async write(
    key: string,
    value: SecretValue,
    context: WriteContext,
  ): Promise<WrittenData> {
    const { description, tags, rotationPeriodDays, expectedVersion, own } = context;
    const addition = { value, description, tags, rotationPeriodDays, expectedVersion };
    return this.#writer.change((before) => {
      const { document, secret } = append(before, key, {
        ...addition,
        createdAt: new Date().toISOString(),
        isRotation: own === rotation,
        maxVersions: this.#maxVersions,
      });
      const { value: _, ...written } = toData(key, secret, newest(secret));
      return { document, result: written };
    }, context.signal);
  }

  protected override remove(key: string, { mode, signal }: RemoveContext): Promise<void> {
    return this.#change(signal, (before) =>
      mode === "permanent"
        ? forget(before, key)
        : hideNewest(before, key, new Date().toISOString()),
    );
  }

  protected override recover(key: string, { signal }: OperationContext): Promise<void> {
    return this.#change(signal, (before) => showNewest(before, key));
  }

  protected override async describe(key: string): Promise<SecretDescriptionData | undefined> {
    const secret = (await this.#file.read()).secrets.get(key);
    return secret && toDescription(secret);
  }

  protected override async *list(prefix: string): AsyncGenerator<string> {
    const { secrets } = await this.#file.read();
    for (const [key, secret] of [...secrets].sort(byKey)) {
      if (key.startsWith(prefix) && newest(secret).deletedAt === undefined) yield key;
    }
  }

  protected override async versions(
    key: string,
  ): Promise<readonly SecretVersionData[] | undefined> {
    const secret = (await this.#file.read()).secrets.get(key);
    return secret && toRows(secret);
  }

  protected override async readVersion(
    key: string,
    version: string,
  ): Promise<SecretData | undefined> {
    const secret = (await this.#file.read()).secrets.get(key);
    const found = secret?.versions.find(({ id }) => id === version);
    return secret && found && toData(key, secret, found);
  }

  protected override rotate(key: string, context: RotateContext): Promise<SecretData> {
    return super.rotate(key, { ...context, own: rotation });
  }

  protected override async checkHealth(): Promise<string> {
    await this.#file.read();
    return "ready";
  }

  /** What is being written is still written. */
  protected override async release(): Promise<void> {
    await this.#writer.idle();
    this.#file.forget();
  }

  #change(
    signal: OperationContext["signal"],
    change: (before: SecretDocument) => SecretDocument,
  ): Promise<void> {
    const apply = (before: SecretDocument) => ({ document: change(before), result: undefined });
    return this.#writer.change(apply, signal);
  }
}

/** A class that names itself is bundled, and then printed, as `_FileSecretStore`. */
function fromEnvironment(options: Partial<FileSecretStoreOptions>): FileSecretStore {
  return new FileSecretStore({
    ...optionsFromEnv(process.env),
    ...options,
  } as FileSecretStoreOptions);
}

function dataOf({ secrets }: SecretDocument, key: string): SecretData | undefined {
  const secret = secrets.get(key);
  return secret && toData(key, secret, newest(secret));
}

function dataOrError(document: SecretDocument, key: string): SecretData | SecretError | undefined {
  try {
    return dataOf(document, key);
  } catch (error) {
    if (SecretError.isInstance(error)) return error;
    throw error;
  }
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  a < b ? -1 : 1;
