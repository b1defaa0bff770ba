import {
  abortable,
  BaseSecretStore,
  CallDeadline,
  type OperationContext,
  type OperationOptions,
  publishWarning,
  type RemoveContext,
  type RotateContext,
  type Secret,
  type SecretData,
  type SecretDescriptionData,
  SecretError,
  type SecretGenerator,
  type SecretInput,
  type SecretValue,
  type SecretVersionData,
  type WriteContext,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import {
  callOptions,
  type FinalizeRotationOptions,
  type VaultPutSecretOptions,
  type VaultRotateSecretOptions,
} from "./call-options.js";
import { capabilitiesOf } from "./capabilities.js";
import { checkHealth } from "./check-health.js";
import { KeyLister } from "./key-lister.js";
import { Kv1 } from "./kv1.js";
import { Kv2 } from "./kv2.js";
import { previousOf } from "./kv2-rows.js";
import { MountGuard } from "./mount-guard.js";
import { RotationClaim } from "./rotation-claim.js";
import { rotateUntilWritten, rotateWhenClaimed } from "./rotation-ways.js";
import { vaultKeySyntax } from "./secret-path.js";
import { TokenKeeper } from "./token-keeper.js";
import { VaultApi } from "./vault-api.js";
import { overEnvironment } from "./vault-config.js";
import type { VaultSecretStoreOptions } from "./vault-options.js";
import { VaultSession } from "./vault-session.js";
import { checkVaultOptions, type VaultSettings } from "./vault-settings.js";

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
  readonly #guard: MountGuard;
  readonly #claim: RotationClaim;
  readonly #calls: CallDeadline;
  readonly #lister: KeyLister;
  readonly #generate: SecretGenerator | undefined;

  constructor(options: VaultSecretStoreOptions) {
    const settings = checkVaultOptions(options);
    super({
      ...{ name: "vault", keySyntax: vaultKeySyntax, maxValueBytes },
      ...{ capabilities: capabilitiesOf(settings), callOptions, generate: options.generate },
    });
    this.#settings = settings;
    this.#session = new VaultSession(settings);
    this.#tokens = new TokenKeeper(settings.auth, this.#session, settings.onTokenEvent);
    this.#api = new VaultApi(this.#session, this.#tokens);
    this.#guard = new MountGuard(this.#api, settings);
    this.#kv1 = new Kv1(this.#api, settings, this.#guard);
    this.#kv2 = new Kv2(this.#api, settings, this.#guard);
    this.#claim = new RotationClaim(this.#api, settings.mountPath);
    this.#calls = new CallDeadline(settings.deadlineMs);
    this.#lister = new KeyLister((context, work) => this.#run(context, work), settings.concurrency);
    this.#generate = options.generate;
  }

  /**
   * A store from the variables that `VaultConfig.fromEnv` reads, and over them the options.
   *
   * @throws SecretError `CONFIGURATION`
   */
  static fromEnv(options: Partial<VaultSecretStoreOptions> = {}): VaultSecretStore {
    return makeStore(overEnvironment(options));
  }

  /**
   * Renews the token now, as happens by itself at two thirds of its life; logs in where the server does not
   * know it any more, by the methods that can.
   *
   * @throws SecretError `AUTHENTICATION_FAILED` when the server does not renew it.
   */
  renewToken(options?: OperationOptions): Promise<void> {
    return this.run({ operation: "renewToken" }, options, (context) =>
      this.#calls.run(context, ({ signal }) => abortable(signal, () => this.#tokens.renew())),
    );
  }

  override putSecret(
    key: string,
    value: SecretInput,
    options?: VaultPutSecretOptions,
  ): Promise<Secret> {
    return super.putSecret(key, value, options);
  }

  /**
   * Who else rotates at the same time decides by `minting` what happens to the generator: see
   * {@link VaultRotateSecretOptions}.
   */
  override rotateSecret(key: string, options?: VaultRotateSecretOptions): Promise<Secret> {
    return super.rotateSecret(key, options);
  }

  /**
   * Ends a rotation: destroys the previous version for ever, where there is one. Call it when nobody
   * uses the old value any more.
   *
   * @throws SecretError `NOT_FOUND`; `CONFLICT` when `expectedVersion` is not current.
   */
  finalizeRotation(key: string, options?: FinalizeRotationOptions): Promise<void> {
    return this.run({ operation: "finalizeRotation", key }, options, (context) => {
      if (!this.capabilities.rotate) {
        throw new SecretError("NOT_SUPPORTED", { reason: "rotate", detail: "finalizeRotation" });
      }
      const expected = context.own?.expectedVersion as string | undefined;
      return this.#calls.run(context, async (timed) => {
        const rows = await this.#kv2.versions(key, timed);
        const previous = previousOf(key, rows, expected);
        if (previous !== undefined) await this.#kv2.destroy(key, previous, timed);
      });
    });
  }

  protected override read(key: string, context: OperationContext): Promise<SecretData | undefined> {
    return this.#run(context, (kv, timed) => kv.read(key, timed));
  }

  protected override readVersion(
    key: string,
    version: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    if (!/^[1-9]\d{0,14}$/.test(version)) return Promise.resolve(undefined);
    return this.#calls.run(context, (timed) => this.#kv2.read(key, timed, version));
  }

  protected override write(
    key: string,
    value: SecretValue,
    context: WriteContext,
  ): Promise<WrittenData> {
    const map = context.own?.map === true;
    if (map && context.changes) {
      throw new SecretError("CONFIGURATION", {
        ...{ reason: "bad-argument", fix: "Pass one of them" },
        detail: "map replaces the whole secret, and field changes one of its fields",
      });
    }
    const wasRead = context.own?.wasRead === true;
    return this.#run(context, (kv, timed) => kv.write(key, value, { ...timed, map, wasRead }));
  }

  protected override remove(key: string, context: RemoveContext): Promise<void> {
    return this.#run(context, (kv, timed) => kv.remove(key, timed));
  }

  protected override recover(key: string, context: OperationContext): Promise<void> {
    return this.#calls.run(context, (timed) => this.#kv2.recover(key, timed));
  }

  protected override describe(
    key: string,
    context: OperationContext,
  ): Promise<SecretDescriptionData | undefined> {
    return this.#calls.run(context, (timed) => this.#kv2.describe(key, timed));
  }

  protected override versions(
    key: string,
    context: OperationContext,
  ): Promise<readonly SecretVersionData[] | undefined> {
    return this.#calls.run(context, (timed) => this.#kv2.versions(key, timed));
  }

  protected override list(prefix: string, context: OperationContext): AsyncIterable<string> {
    return this.#lister.list(prefix, context);
  }

  protected override async rotate(key: string, context: RotateContext): Promise<SecretData> {
    const rotateOnce = (given: RotateContext) =>
      super.rotate(key, { ...given, own: { ...given.own, wasRead: true } });
    const parts = {
      rotate: rotateOnce,
      read: (own: OperationContext) => this.read(key, own),
      run: this.#calls.run.bind(this.#calls),
      claim: this.#claim,
    };
    const hasGenerator = context.generate !== undefined || this.#generate !== undefined;
    const minting = hasGenerator ? context.own?.minting : undefined;
    const rotated =
      minting === undefined
        ? await rotateOnce(context)
        : minting
          ? await rotateWhenClaimed(parts, key, context)
          : await rotateUntilWritten(parts, context);
    await this.#noteRotation(key, rotated.createdAt, context);
    return rotated;
  }

  protected override checkHealth(context: OperationContext): Promise<string> {
    const { auth } = this.#settings;
    const parts = { session: this.#session, tokens: this.#tokens, guard: this.#guard, auth };
    return this.#calls.run(context, (timed) =>
      checkHealth(parts, timed, () => this.read("health-check", timed)),
    );
  }

  /** What is under way is still answered. */
  protected override async release(): Promise<void> {
    await this.#calls.idle();
    await this.#tokens.close(this.#settings.revokeOnClose);
    await this.#session.close();
  }

  #run<Context extends OperationContext, T>(
    context: Context,
    work: (kv: Kv1 | Kv2, timed: Context) => Promise<T>,
  ): Promise<T> {
    return this.#calls.run(context, async (timed) => {
      const version = await this.#guard.version(timed);
      return work(version === 1 ? this.#kv1 : this.#kv2, timed);
    });
  }

  /** The new value is current by now: that its date is not, is no failure. */
  async #noteRotation(key: string, at: string | undefined, context: RotateContext): Promise<void> {
    if (at === undefined) return;
    const note = (timed: OperationContext) => this.#kv2.noteRotation(key, at, timed);
    await this.#calls.run({ ...context }, note).catch(() => {
      publishWarning({
        ...{ code: "VAULT_ROTATION_NOT_NOTED", store: this.name, key },
        message:
          "A rotation succeeded, but its date could not be written to the secret's custom metadata, so " +
          "describeSecret gives an older one. Grant patch (or read and update) on the metadata path.",
      });
    });
  }
}

/** A class that names itself is bundled, and then printed, under another name. */
function makeStore(options: VaultSecretStoreOptions): VaultSecretStore {
  return new VaultSecretStore(options);
}
