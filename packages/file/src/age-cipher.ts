import {
  packageError,
  SecretError,
  type SecretValue,
  secretValue,
} from "@llm-orchestrator/secrets-core";
import {
  badArgument,
  badFile,
  damaged,
  isOutOfMemory,
  keepLess,
  outOfMemory,
} from "./file-errors.js";
import { deriveKey, type ScryptStanza, unwrapFileKey, wrapFileKey } from "./scrypt-key.js";

/** Who can open the file. */
export type FileKey =
  | { readonly identity: SecretValue; readonly recipients: readonly string[] }
  | { readonly passphrase: SecretValue; readonly workFactor: number };

/** Encrypts one file. */
export type Seal = (plain: Uint8Array) => Promise<Uint8Array>;

type Age = typeof import("age-encryption");

const firstLine = Buffer.from("age-encryption.org/v1\n");

/** Loads age-encryption in its first call, and not before. */
export class AgeCipher {
  readonly #key: FileKey;
  /** The identity's own. */
  #recipient: Promise<string> | undefined;

  constructor(key: FileKey) {
    this.#key = key;
  }

  /**
   * @throws SecretError `AUTHENTICATION_FAILED` (`wrong-identity`, `wrong-passphrase`), `UNKNOWN`
   * (`damaged-file`), `CONFIGURATION` for an identity that is none, a file that is none of age's or one
   * that is too expensive (`work-factor`), `BACKEND_UNAVAILABLE` (`out-of-memory`).
   */
  async open(bytes: Uint8Array, path: string): Promise<Uint8Array> {
    checkFirstLine(bytes, path);
    const age = await loadAge();
    const decrypter = new age.Decrypter();
    let refused: readonly ScryptStanza[] | undefined;
    this.#addTo(decrypter, path);
    // Asked last, so that it is asked only when the key is not the file's.
    decrypter.addIdentity({
      unwrapFileKey: (stanzas: readonly ScryptStanza[]) => {
        refused = stanzas;
        return null;
      },
    });
    try {
      return await decrypter.decrypt(bytes);
    } catch (error) {
      if (refused) throw wrongKey(this.#key, refused, path);
      if (SecretError.isInstance(error)) throw error; // of scrypt
      if (isOutOfMemory(error)) throw outOfMemory(`decrypting ${path}`, keepLess, error);
      throw damaged(path, "cannot be decrypted: it was changed or cut off", error);
    }
  }

  /** What takes long, so that no lock is held meanwhile. A seal is for one file. */
  async prepareSeal(): Promise<Seal> {
    const age = await loadAge();
    const encrypter = new age.Encrypter();
    if ("identity" in this.#key) {
      const { identity, recipients } = this.#key;
      this.#recipient ??= recipientOf(identity, age);
      for (const recipient of [await this.#recipient, ...recipients]) {
        addRecipient(encrypter, recipient);
      }
    } else {
      const key = await deriveKey(this.#key.passphrase, this.#key.workFactor);
      encrypter.addRecipient({ wrapFileKey: (fileKey) => [wrapFileKey(key, fileKey)] });
    }
    return (plain) => encrypter.encrypt(plain);
  }

  #addTo(decrypter: InstanceType<Age["Decrypter"]>, path: string): void {
    const key = this.#key;
    if ("passphrase" in key) {
      const unwrap = (stanzas: readonly ScryptStanza[]) =>
        unwrapFileKey(key.passphrase, stanzas, path);
      decrypter.addIdentity({ unwrapFileKey: unwrap });
      return;
    }
    try {
      decrypter.addIdentity(key.identity.expose());
    } catch (error) {
      throw badIdentity(error);
    }
  }
}

/** A module that has loaded is found again by the engine. */
async function loadAge(): Promise<Age> {
  try {
    return await import("age-encryption");
  } catch (error) {
    throw packageError("age-encryption", error);
  }
}

/**
 * Makes an identity of age: what encrypts and decrypts the file, in place of a passphrase. Keep it where
 * the file is not; whoever has both has every secret.
 *
 * @returns Text that starts with `AGE-SECRET-KEY-1`.
 * @example
 * ```ts
 * import { generateIdentity } from "@llm-orchestrator/secrets-file";
 *
 * const identity = await generateIdentity();
 * console.log(identity); // [redacted]; identity.expose() is what to keep
 * ```
 */
export async function generateIdentity(): Promise<SecretValue> {
  const age = await loadAge();
  return secretValue(await age.generateIdentity());
}

async function recipientOf(identity: SecretValue, age: Age): Promise<string> {
  try {
    return await age.identityToRecipient(identity.expose());
  } catch (error) {
    throw badIdentity(error);
  }
}

function addRecipient(encrypter: InstanceType<Age["Encrypter"]>, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw badArgument("one of the recipients is none of age's", 'Pass texts such as "age1…"');
  }
}

function badIdentity(cause: unknown): SecretError {
  return new SecretError("CONFIGURATION", {
    ...{ reason: "bad-identity", cause },
    detail: "the identity has the form of one of age's, and its checksum is wrong",
    fix: "Copy it once more, whole; generateIdentity() makes a new one, for a new file",
  });
}

function wrongKey(key: FileKey, stanzas: readonly ScryptStanza[], path: string): SecretError {
  const isForPassphrase = stanzas.some(({ args }) => args[0] === "scrypt");
  const has = "identity" in key ? "identity" : "passphrase";
  const wants = isForPassphrase ? "a passphrase" : "an identity";
  const detail =
    isForPassphrase === (has === "passphrase")
      ? `the ${has} does not open ${path}`
      : `the file ${path} was encrypted for ${wants}, and the store has ${has === "identity" ? "an" : "a"} ${has}`;
  return new SecretError("AUTHENTICATION_FAILED", {
    ...{ reason: `wrong-${has}`, detail },
    fix: `Pass the ${isForPassphrase ? "passphrase" : "identity"} that the file was encrypted for`,
  });
}

function checkFirstLine(bytes: Uint8Array, path: string): void {
  const start = Buffer.from(bytes.subarray(0, firstLine.length));
  if (start.equals(firstLine)) return;
  if (firstLine.subarray(0, start.length).equals(start)) throw damaged(path, "is cut off");
  throw badFile(
    "foreign-file",
    `the file ${path} is no file of age's`,
    "Correct the option path; a file that age has armored has to be decoded first",
  );
}
