import { setMaxListeners } from "node:events";
import {
  abortable,
  CallDeadline,
  type OperationContext,
  type OperationOptions,
  type ReadManyResult,
  type RemoveContext,
  type SecretData,
  type SecretDescriptionData,
  SecretError,
  type SecretValue,
  type SecretVersion,
  type SecretVersionData,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { AwsApi } from "./aws-api.js";
import { AwsConfig } from "./aws-config.js";
import type { AwsSecretStoreOptions } from "./aws-options.js";
import { type AwsSettings, checkAwsOptions } from "./aws-settings.js";
import { BatchReader } from "./batch-reader.js";
import {
  type AwsDeleteSecretOptions,
  type AwsVersionsOptions,
  callOptions,
} from "./call-options.js";
import { checkHealth } from "./check-health.js";
import { listSecrets } from "./list-secrets.js";
import { RegionReads } from "./region-reads.js";
import { Replication } from "./replication.js";
import type {
  AwsReplicaRegion,
  AwsReplicateOptions,
  AwsReplicationStatus,
} from "./replication-options.js";
import { RotatingStore } from "./rotating-store.js";
import type { RotatingParts } from "./rotation.js";
import { maxValueBytes } from "./secret-content.js";
import { SecretMetadata } from "./secret-metadata.js";
import { awsKeySyntax } from "./secret-name.js";
import { SecretReader } from "./secret-reader.js";
import { SecretRemover } from "./secret-remover.js";
import { secretVersions } from "./secret-versions.js";
import { SecretWriter } from "./secret-writer.js";
import { SeenVersions } from "./seen-versions.js";
import { VersionSwap } from "./version-swap.js";

const capabilities = {
  ...{ write: true, delete: true, restore: true, list: true, describe: true, versions: true },
  ...{ rotate: true, compareAndSet: true, binary: true, metadata: true, maxBatchSize: 20 },
};

/**
 * Secrets in AWS Secrets Manager.
 *
 * @throws SecretError `CONFIGURATION` for an option that cannot be used.
 * @example
 * ```ts
 * import { AwsSecretStore } from "@llm-orchestrator/secrets-aws";
 *
 * const store = new AwsSecretStore({ region: "us-east-1" });
 * console.log(store.name); // aws
 * ```
 */
export class AwsSecretStore extends RotatingStore {
  readonly #settings: AwsSettings;
  readonly #api: AwsApi;
  readonly #reader: SecretReader;
  readonly #batch: BatchReader;
  readonly #metadata: SecretMetadata;
  readonly #writer: SecretWriter;
  readonly #remover: SecretRemover;
  readonly #replication: Replication;
  readonly #calls: CallDeadline;
  #isClosing = false;

  constructor(options: AwsSecretStoreOptions = {}) {
    const settings = checkAwsOptions(options);
    const { generate, rotationTimeoutMs } = settings;
    const base = { name: "aws", keySyntax: awsKeySyntax, maxValueBytes, capabilities };
    const api = new AwsApi(settings);
    const calls = new CallDeadline(settings.deadlineMs);
    const metadata = new SecretMetadata(api);
    const swap = new VersionSwap(api);
    const writer = new SecretWriter(api, settings, metadata, swap);
    const parts: RotatingParts = { api, calls, metadata, swap, writer, rotationTimeoutMs };
    super({ ...base, callOptions, generate }, parts);
    this.#settings = settings;
    this.#api = api;
    const regions = new RegionReads(api, settings);
    const seen = new SeenVersions();
    this.#reader = new SecretReader(regions, seen);
    this.#batch = new BatchReader(regions, seen, this.#reader);
    this.#replication = new Replication(api);
    this.#metadata = metadata;
    this.#writer = writer;
    this.#remover = new SecretRemover(api, settings);
    this.#calls = calls;
  }

  /**
   * A store from the variables that {@link AwsConfig} reads, and over them the options.
   *
   * @throws SecretError `CONFIGURATION`
   */
  static fromEnv(options: AwsSecretStoreOptions = {}): AwsSecretStore {
    return makeStore({ defaults: AwsConfig.fromEnv(), ...options });
  }

  /**
   * Loads the SDK and finds region and credentials, as the first call does otherwise: for a function
   * that starts cold, and to hear of what is missing. Sends nothing to Secrets Manager.
   *
   * @throws SecretError `CONFIGURATION` (`no-region`, `package-absent`), `AUTHENTICATION_FAILED`
   * (`no-credentials`).
   */
  async preload(): Promise<void> {
    if (this.#isClosing) throw new SecretError("CLOSED", { detail: this.name });
    const context = { signal: undefined, countRetry() {} };
    await this.#calls.run(context, ({ signal }) =>
      abortable(signal, () => this.#api.in(undefined).preload()),
    );
  }

  /**
   * Copies the secret to other regions, where stores with `regions` read it when the primary is down.
   * Ask for it once a secret: no put does it, also not in a store with `regions`; later versions follow by
   * themselves. AWS goes on after the answer: see `replicationStatus`.
   *
   * @returns Where the replicas are, and how far.
   * @throws SecretError `CONFIGURATION` (`bad-argument`) before any request, for what is no region.
   */
  replicateSecret(
    key: string,
    regions: readonly (string | AwsReplicaRegion)[],
    options?: AwsReplicateOptions,
  ): Promise<readonly AwsReplicationStatus[]> {
    return this.run({ operation: "replicateSecret", key }, options, (context) =>
      this.#calls.run(context, (timed) => this.#replication.replicate(key, regions, timed)),
    );
  }

  /** Where the replicas of a secret are, and how far. */
  replicationStatus(
    key: string,
    options?: OperationOptions,
  ): Promise<readonly AwsReplicationStatus[]> {
    return this.run({ operation: "replicationStatus", key }, options, (context) =>
      this.#calls.run(context, (timed) => this.#replication.status(key, timed)),
    );
  }

  /** Deletes replicas. @returns Those that are left. */
  removeReplicas(
    key: string,
    regions: readonly string[],
    options?: OperationOptions,
  ): Promise<readonly AwsReplicationStatus[]> {
    return this.run({ operation: "removeReplicas", key }, options, (context) =>
      this.#calls.run(context, (timed) => this.#replication.remove(key, regions, timed)),
    );
  }

  /**
   * Makes the replica in a region a secret of its own, which can be written: after the primary is lost.
   * From then on a store of that region is the one to use for it.
   */
  promoteReplica(key: string, region: string, options?: OperationOptions): Promise<void> {
    return this.run({ operation: "promoteReplica", key }, options, (context) =>
      this.#calls.run(context, (timed) => this.#replication.promote(key, region, timed)),
    );
  }

  override deleteSecret(key: string, options?: AwsDeleteSecretOptions): Promise<void> {
    return super.deleteSecret(key, options);
  }

  override getSecretVersions(
    key: string,
    options?: AwsVersionsOptions,
  ): Promise<readonly SecretVersion[]> {
    return super.getSecretVersions(key, options);
  }

  override close(): Promise<void> {
    this.#isClosing = true;
    return super.close();
  }

  protected override read(key: string, context: OperationContext): Promise<SecretData | undefined> {
    return this.#calls.run(context, (timed) => this.#reader.read(key, timed));
  }

  protected override readMany(
    keys: readonly string[],
    context: OperationContext,
  ): Promise<ReadManyResult> {
    return this.#calls.run(context, (timed) => {
      if (timed.signal) setMaxListeners(0, timed.signal); // of the call's own: a request each
      return this.#batch.read(keys, timed);
    });
  }

  protected override readVersion(
    key: string,
    version: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    return this.#calls.run(context, (timed) => this.#reader.readVersion(key, version, timed));
  }

  protected override readPrevious(
    key: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    return this.#calls.run(context, (timed) => this.#reader.readStage(key, "AWSPREVIOUS", timed));
  }

  protected override write(
    key: string,
    value: SecretValue,
    context: WriteContext,
  ): Promise<WrittenData> {
    return this.#calls.run(context, (timed) => this.#writer.write(key, value, timed));
  }

  protected override remove(key: string, context: RemoveContext): Promise<void> {
    return this.#calls.run(context, (timed) => this.#remover.remove(key, timed));
  }

  protected override recover(key: string, context: OperationContext): Promise<void> {
    return this.#calls.run(context, (timed) => this.#remover.recover(key, timed));
  }

  protected override describe(
    key: string,
    context: OperationContext,
  ): Promise<SecretDescriptionData | undefined> {
    return this.#calls.run(context, (timed) => this.#metadata.describe(key, timed));
  }

  protected override list(prefix: string, context: OperationContext): AsyncIterable<string> {
    return listSecrets(this.#api, prefix, context, (own, work) => this.#calls.run(own, work));
  }

  protected override versions(
    key: string,
    context: OperationContext,
  ): Promise<readonly SecretVersionData[] | undefined> {
    return this.#calls.run(context, (timed) => secretVersions(this.#api, key, timed));
  }

  protected override checkHealth(context: OperationContext): Promise<string> {
    const { healthKey } = this.#settings;
    return this.#calls.run(context, (timed) => checkHealth(this.#reader, healthKey, timed));
  }

  /** What is under way is still answered. */
  protected override async release(): Promise<void> {
    await this.#calls.idle();
    await this.#api.close();
  }
}

/** A class that names itself is bundled, and then printed, under another name. */
function makeStore(options: AwsSecretStoreOptions): AwsSecretStore {
  return new AwsSecretStore(options);
}
