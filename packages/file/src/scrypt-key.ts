import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import type { SecretValue } from "@llm-orchestrator/secrets-core";
import { badFile, outOfMemory } from "./file-errors.js";

/** A section of an age header, as age-encryption hands it out. */
export interface ScryptStanza {
  readonly args: string[];
  readonly body: Uint8Array;
}

const label = "age-encryption.org/v1/scrypt"; // age's specification, https://c2sp.org/age
const algorithm = "chacha20-poly1305";
const saltBytes = 16;
const tagBytes = 16;
const fileKeyBytes = 16;
/** The same as age's own: 2^20 takes a GiB of memory. */
const greatestWorkFactor = 20;

/** A key that a passphrase and a salt give, for one file: age asks for a new salt for each. */
export interface WrappingKey {
  readonly salt: Uint8Array;
  readonly workFactor: number;
  readonly key: Uint8Array;
}

/**
 * Off the main thread, which age-encryption's own scrypt would hold for a second.
 *
 * @param workFactor The base-2 logarithm of scrypt's N.
 * @throws SecretError `BACKEND_UNAVAILABLE` (`out-of-memory`).
 */
export async function deriveKey(
  passphrase: SecretValue,
  workFactor: number,
  salt: Uint8Array = randomBytes(saltBytes),
): Promise<WrappingKey> {
  const cost = 2 ** workFactor;
  const options = { N: cost, r: 8, p: 1, maxmem: 256 * cost * 8 };
  const bytes = passphrase.exposeBytes();
  try {
    const key = await new Promise<Uint8Array>((resolve, reject) => {
      const salted = Buffer.concat([Buffer.from(label), salt]);
      scrypt(bytes, salted, 32, options, (error, derived) =>
        error ? reject(error) : resolve(derived),
      );
    });
    return { salt, workFactor, key };
  } catch (error) {
    const fix = "Give it more, lower scryptWorkFactor, or use an identity, which needs none of it";
    throw outOfMemory(`scrypt with the work factor ${workFactor}`, fix, error);
  } finally {
    bytes.fill(0);
  }
}

/** What an age header says of the passphrase. The nonce is zero, as a key wraps one file key only. */
export function wrapFileKey(
  { salt, workFactor, key }: WrappingKey,
  fileKey: Uint8Array,
): ScryptStanza {
  const cipher = createCipheriv(algorithm, key, Buffer.alloc(12), { authTagLength: tagBytes });
  const wrapped = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
  const encodedSalt = Buffer.from(salt).toString("base64").replace(/=+$/, "");
  return { args: ["scrypt", encodedSalt, String(workFactor)], body: new Uint8Array(wrapped) };
}

/**
 * `null` when the passphrase is another one, or the stanza no passphrase's.
 *
 * @throws Error for a stanza that age would not have written; SecretError `CONFIGURATION` (`work-factor`)
 * for one that is too expensive, and what `deriveKey` throws.
 */
export async function unwrapFileKey(
  passphrase: SecretValue,
  stanzas: readonly ScryptStanza[],
  path: string,
): Promise<Uint8Array | null> {
  const stanza = stanzas.find(({ args }) => args[0] === "scrypt");
  if (!stanza) return null;
  const [, encodedSalt = "", factor = ""] = stanza.args;
  const salt = Buffer.from(encodedSalt, "base64");
  const workFactor = /^[1-9]\d?$/.test(factor) ? Number(factor) : Number.NaN;
  const isSound =
    stanzas.length === 1 &&
    stanza.args.length === 3 &&
    salt.length === saltBytes &&
    Number.isInteger(workFactor) &&
    stanza.body.length === fileKeyBytes + tagBytes;
  if (!isSound) throw new Error("a stanza of scrypt that age does not write");
  if (workFactor > greatestWorkFactor) throw tooExpensive(path, workFactor);
  const { key } = await deriveKey(passphrase, workFactor, salt);
  return open(key, stanza.body);
}

/** Whoever can write the file could have made it so, to use up the memory. */
function tooExpensive(path: string, workFactor: number): Error {
  return badFile(
    "work-factor",
    `the file ${path} asks for scrypt with the work factor ${workFactor}, and ${greatestWorkFactor} is the most`,
    "Encrypt it anew with a lower one, by age itself; if nobody has set one, restore it from a copy",
  );
}

function open(key: Uint8Array, body: Uint8Array): Uint8Array | null {
  const decipher = createDecipheriv(algorithm, key, Buffer.alloc(12), { authTagLength: tagBytes });
  decipher.setAuthTag(body.subarray(fileKeyBytes));
  const fileKey = decipher.update(body.subarray(0, fileKeyBytes));
  try {
    decipher.final();
    return new Uint8Array(fileKey);
  } catch {
    return null;
  }
}
