import { platform } from "./runtime.js";
import { SecretError } from "./secret-error.js";
import type { SecretGenerator } from "./secret-store.js";
import { secretValue } from "./secret-value.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * A generator of random base64url text, for secrets that your own system issues (a signing key, a
 * session secret). A vendor's API key cannot be made this way: the vendor issues it.
 *
 * @param options.bytes Random bytes behind the text; 32 by default (256 bits), 16 to 1,024.
 * @throws SecretError `CONFIGURATION` for another number of bytes.
 * @example
 * ```ts
 * import { randomSecret, type SecretStore } from "@llm-orchestrator/secrets-core";
 *
 * const renew = (store: SecretStore) =>
 *   store.rotateSecret("session/signing_key", { generate: randomSecret() });
 * ```
 */
export function randomSecret(
  options: { readonly bytes?: number | undefined } = {},
): SecretGenerator {
  const { bytes = 32 } = options;
  if (!Number.isSafeInteger(bytes) || bytes < 16 || bytes > 1_024) {
    throw new SecretError("CONFIGURATION", {
      reason: "bad-argument",
      detail: "bytes of randomSecret is not a whole number from 16 to 1024",
      fix: "Leave it out for 32",
    });
  }
  return () => secretValue(base64Url(randomBytes(bytes)));
}

function randomBytes(count: number): Uint8Array {
  const { crypto } = platform;
  if (crypto) return crypto.getRandomValues(new Uint8Array(count));
  throw new SecretError("NOT_SUPPORTED", {
    detail: "this runtime has no Web Crypto",
    fix: "Pass your own generate function",
  });
}

/** Straight to bytes: no text of the secret is left in memory. */
function base64Url(bytes: Uint8Array): Uint8Array {
  const length = Math.ceil((bytes.length * 4) / 3);
  return Uint8Array.from({ length }, (_, index) => {
    const bit = index * 6;
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    return alphabet.charCodeAt((pair >> (10 - (bit & 7))) & 63);
  });
}
