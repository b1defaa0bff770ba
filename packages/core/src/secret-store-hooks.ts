import { throwIfAborted } from "./abort.js";
import type { OperationContext } from "./audited-call.js";
import { isKey, type KeySyntax } from "./key-syntax.js";
import { findPrevious, notFound } from "./previous-version.js";
import type {
  SecretData,
  SecretDescriptionData,
  SecretTags,
  SecretVersionData,
  WrittenData,
} from "./secret.js";
import { SecretError } from "./secret-error.js";
import type { DeleteSecretOptions, RotateSecretOptions } from "./secret-store.js";
import type { SecretValue } from "./secret-value.js";

/** What `write` is told beside key and value. */
export interface WriteContext extends OperationContext {
  readonly description?: string | undefined;
  /** `undefined` keeps the tags. */
  readonly tags?: SecretTags | undefined;
  readonly rotationPeriodDays?: number | undefined;
  /** `null`: must not exist. `undefined`: not asked. Otherwise `CONFLICT` unless it is current. */
  readonly expectedVersion?: string | null | undefined;
  /**
   * What `read` gave, when the value to write is that with one field changed: the value itself, or
   * `fields` where it had them.
   */
  readonly changes?: SecretData | undefined;
}

/** A version that the service keeps and that is not current. */
export interface StagedVersion {
  /**
   * Puts the new value in force where it is verified, before it is. When it throws, `discard` follows.
   * Needed only where somebody else has to be told.
   *
   * @param current What it will replace.
   */
  set?(candidate: SecretValue, current: SecretValue): Promise<void>;
  /** Makes it current, unless the version that was current when it was staged no longer is. */
  commit(): Promise<WrittenData>;
  /** Gives it up, and undoes `set`. What it throws is ignored. */
  discard(): Promise<void>;
}

/** What an interrupted rotation left. */
export interface LeftVersion extends SecretData, StagedVersion {}

export interface RemoveContext extends OperationContext {
  readonly mode: NonNullable<DeleteSecretOptions["mode"]>;
}

export interface RotateContext
  extends OperationContext,
    Pick<RotateSecretOptions, "generate" | "verify" | "field"> {}

const healthKey = "health-check";

/** What `readMany` found for one key; `undefined` is absent. */
export type ReadManyResult = ReadonlyMap<string, SecretData | SecretError | undefined>;

/**
 * What a backend implements, one hook for each capability that it declares. Arguments are clean:
 * the key is one that the store accepts, the store is open, the call is not cancelled. A hook
 * throws {@link SecretError}s of its own making; anything else that leaves it becomes `UNKNOWN`.
 */
export abstract class SecretStoreHooks {
  abstract readonly keySyntax: KeySyntax;

  /** The current version, or `undefined` when there is none. */
  protected abstract read(key: string, context: OperationContext): Promise<SecretData | undefined>;

  /** At most `maxBatchSize` keys in one request. Needed when that is above 1. */
  protected readMany(
    _keys: readonly string[],
    _context: OperationContext,
  ): Promise<ReadManyResult> {
    throw notImplemented("readMany");
  }

  /** Creates the secret or makes a new version of it. Needed for `write`. */
  protected write(_key: string, _value: SecretValue, _context: WriteContext): Promise<WrittenData> {
    throw notImplemented("write");
  }

  /** Deletes; an absent key is fine. Needed for `delete` and `restore`. */
  protected remove(_key: string, _context: RemoveContext): Promise<void> {
    throw notImplemented("remove");
  }

  /** Undoes a recoverable deletion; throws `NOT_FOUND` for an absent key. Needed for `restore`. */
  protected recover(_key: string, _context: OperationContext): Promise<void> {
    throw notImplemented("recover");
  }

  /** Everything but the value, or `undefined`. Needed for `describe`. */
  protected describe(
    _key: string,
    _context: OperationContext,
  ): Promise<SecretDescriptionData | undefined> {
    throw notImplemented("describe");
  }

  /** Every key that starts with the prefix, page after page. Needed for `list`. */
  protected list(_prefix: string, _context: OperationContext): AsyncIterable<string> {
    throw notImplemented("list");
  }

  /** All versions, newest first, or `undefined` for an absent key. Needed for `versions`. */
  protected versions(
    _key: string,
    _context: OperationContext,
  ): Promise<readonly SecretVersionData[] | undefined> {
    throw notImplemented("versions");
  }

  /** One version by its id, or `undefined`. Needed for `versions`. */
  protected readVersion(
    _key: string,
    _version: string,
    _context: OperationContext,
  ): Promise<SecretData | undefined> {
    throw notImplemented("readVersion");
  }

  /** The version before the current one. Override where the service names it itself. */
  protected async readPrevious(
    key: string,
    context: OperationContext,
  ): Promise<SecretData | undefined> {
    const rows = await this.versions(key, context);
    if (rows === undefined) throw notFound(key);
    throwIfAborted(context.signal);
    return this.readVersion(key, findPrevious(key, rows), context);
  }

  /**
   * Keeps the value of a rotation before it is verified, where the service can keep a version that is
   * not current, so that a crash does not lose it. Without one, a rotation writes what is verified.
   */
  protected stage(
    _key: string,
    _value: SecretValue,
    _context: WriteContext,
  ): Promise<StagedVersion | undefined> {
    return Promise.resolve(undefined);
  }

  /** What a rotation that was interrupted has staged: goes on from there and generates nothing. */
  protected findStaged(
    _key: string,
    _current: SecretData,
    _context: RotateContext,
  ): Promise<LeftVersion | undefined> {
    return Promise.resolve(undefined);
  }

  /** The service's own rotation, where this secret has one; else `undefined`. */
  protected rotateManaged(_key: string, _context: RotateContext): Promise<SecretData | undefined> {
    return Promise.resolve(undefined);
  }

  /**
   * Throws why the next read would fail, or returns a state finer than `"ready"`.
   * By default it reads the key `health-check`, which need not exist; a store that does not accept
   * that key has to override this.
   */
  protected async checkHealth(context: OperationContext): Promise<string> {
    if (!isKey(healthKey, this.keySyntax)) throw notImplemented("checkHealth");
    await this.read(healthKey, context);
    return "ready";
  }

  /** Ends connections and timers. Called once. */
  protected release(): Promise<void> {
    return Promise.resolve();
  }
}

function notImplemented(hook: string): SecretError {
  return new SecretError("NOT_SUPPORTED", { detail: `the store does not implement ${hook}` });
}
