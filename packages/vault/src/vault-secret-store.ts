import {
  BaseSecretStore,
  type OperationContext,
  type RemoveContext,
  type RotateContext,
  type SecretData,
  type SecretDescriptionData,
  type SecretStoreCapabilities,
  type SecretValue,
  type SecretVersionData,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { checkHealth } from "./check-health.js";
import { Kv1 } from "./kv1.js";
import { Kv2 } from "./kv2.js";
import { checkMount, type MountKind } from "./mount-kind.js";
import { vaultKeySyntax } from "./secret-path.js";
import { TokenKeeper } from "./token-keeper.js";
import { VaultApi } from "./vault-api.js";
import { VaultConfig } from "./vault-config.js";
import type { VaultSecretStoreOptions } from "./vault-options.js";
import { VaultSession } from "./vault-session.js";
import { checkVaultOptions, type VaultSettings } from "./vault-settings.js";
import { walkKeys } from "./walk-keys.js";

const maxValueBytes = 1024 * 1024;

/**
 * Secrets in the KV engine of HashiCorp Vault or OpenBao.
 *
 * @throws SecretError `CONFIGURATION` for an option that cannot be used.
 * @example
 * ```ts
 * import { VaultSecretStore } from "@llm-orchestrator/secrets-vault";
 *
 * const store = new VaultSecretStore({
 *   address: "https://vault.example:8200",
 *   auth: { method: "approle", roleId: "role", secretId: "secret" },
 * });
 * console.log(store.name); // vault
 * ```
 */
export class VaultSecretStore extends BaseSecretStore {
  readonly #settings: VaultSettings;
  readonly #session: VaultSession;
  readonly #tokens: TokenKeeper;
  readonly #api: VaultApi;
  readonly #kv1: Kv1;
  readonly #kv2: Kv2;
  #kind: Promise<MountKind> | undefined;

  constructor(options: VaultSecretStoreOptions) {
    const settings = checkVaultOptions(options);
    super({
      ...{ name: "vault", keySyntax: vaultKeySyntax, maxValueBytes },
      capabilities: capabilitiesOf(settings),
      generate: options.generate,
    });
    this.#settings = settings;
    this.#session = new VaultSession(settings);
    this.#tokens = new TokenKeeper(settings.auth, this.#session);
    this.#api = new VaultApi(this.#session, this.#tokens);
    this.#kv1 = new Kv1(this.#api, settings.mountPath);
    this.#kv2 = new Kv2(this.#api, settings.mountPath);
  }

  /**
   * A store from the variables that {@link VaultConfig} reads, and over them the options.
   *
   * @throws SecretError `CONFIGURATION`
   */
  static fromEnv(options: Partial<VaultSecretStoreOptions> = {}): VaultSecretStore {
    const { tls, auth, ...rest } = options;
    const { token, ...variables } = VaultConfig.fromEnv(undefined, tls);
    const login = auth === undefined ? { ...(token !== undefined && { token }) } : { auth };
    const merged = { ...variables, ...login, ...rest, tls: { ...variables.tls, ...tls } };
    return makeStore(merged as VaultSecretStoreOptions);
  }

  /**
   * Renews the token now, as happens by itself at two thirds of its life.
   *
   * @throws SecretError `AUTHENTICATION_FAILED` when the server does not renew it.
   */
  async renewToken(): Promise<void> {
    await this.#tokens.renew();
  }

  protected override async read(
    key: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    const kv = await this.#kv(context);
    const found = await kv.read(key, context);
    if (found === undefined) await this.#checkMount(context);
    return found;
  }

  protected override readVersion(
    key: string,
    version: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    if (!/^[1-9]\d{0,14}$/.test(version)) return Promise.resolve(undefined);
    return this.#kv2.read(key, context, version);
  }

  protected override async write(
    key: string,
    value: SecretValue,
    context: WriteContext,
  ): Promise<WrittenData> {
    const kv = await this.#kv(context);
    return kv.write(key, value, context);
  }

  protected override async remove(key: string, context: RemoveContext): Promise<void> {
    const kv = await this.#kv(context);
    return kv.remove(key, context);
  }

  protected override recover(key: string, context: OperationContext): Promise<void> {
    return this.#kv2.recover(key, context);
  }

  protected override describe(
    key: string,
    context: OperationContext,
  ): Promise<SecretDescriptionData | undefined> {
    return this.#kv2.describe(key, context);
  }

  protected override versions(
    key: string,
    context: OperationContext,
  ): Promise<readonly SecretVersionData[] | undefined> {
    return this.#kv2.versions(key, context);
  }

  protected override async *list(
    prefix: string,
    context: OperationContext,
  ): AsyncGenerator<string> {
    const kv = await this.#kv(context);
    const listFolder = (folder: string) => kv.names(folder, context);
    yield* walkKeys(prefix, listFolder, this.#settings.concurrency);
  }

  protected override async rotate(key: string, context: RotateContext): Promise<SecretData> {
    const rotated = await super.rotate(key, context);
    const { createdAt } = rotated;
    if (createdAt !== undefined) await this.#kv2.noteRotation(key, createdAt, context);
    return rotated;
  }

  protected override checkHealth(context: OperationContext): Promise<string> {
    return checkHealth({ session: this.#session, tokens: this.#tokens }, context, () =>
      this.read("health-check", context),
    );
  }

  protected override async release(): Promise<void> {
    await this.#tokens.close(this.#settings.revokeOnClose);
    await this.#session.close();
  }

  async #kv(context: OperationContext): Promise<Kv1 | Kv2> {
    const { kvVersion } = this.#settings;
    const version = kvVersion === "detect" ? (await this.#mountKind(context)).version : kvVersion;
    return version === 1 ? this.#kv1 : this.#kv2;
  }

  /** Asked once, at the first key that is not there: nothing tells such a mount from another kind. */
  async #checkMount(context: OperationContext): Promise<void> {
    const { kvVersion } = this.#settings;
    if (kvVersion !== "detect") checkMount(await this.#mountKind(context), kvVersion);
  }

  #mountKind(context: OperationContext): Promise<MountKind> {
    this.#kind ??= import("./mount-kind.js").then(({ askMountKind }) =>
      askMountKind(this.#api, this.#settings, context),
    );
    const kind = this.#kind;
    kind.catch(() => {
      this.#kind = undefined;
    });
    return kind;
  }
}

/** A class that names itself is bundled, and then printed, under another name. */
function makeStore(options: VaultSecretStoreOptions): VaultSecretStore {
  return new VaultSecretStore(options);
}

function capabilitiesOf({ kvVersion, keepsBinary }: VaultSettings): SecretStoreCapabilities {
  const both = { write: true, delete: true, list: true, binary: keepsBinary };
  if (kvVersion !== 2) return both;
  return {
    ...both,
    ...{ restore: true, describe: true, versions: true, rotate: true },
    ...{ compareAndSet: true, metadata: true },
  };
}
