import type { SecretBackend } from "@llm-orchestrator/secrets-core";
import { configurationError } from "./configuration-error.js";

const schemeShape = /^[a-z][a-z0-9+.-]{0,63}$/;
const optionalMethods = [
  "prepare",
  "optionsFromUrl",
  "keyPrefixFromUrl",
  "optionsFromEnv",
] as const;

/** @throws SecretError `CONFIGURATION` for what is no {@link SecretBackend}. */
export function checkBackend(subject: unknown): SecretBackend {
  const backend = (subject ?? {}) as Partial<SecretBackend>;
  const isBackend =
    typeof backend.scheme === "string" &&
    schemeShape.test(backend.scheme) &&
    typeof backend.create === "function" &&
    optionalMethods.every((name) => ["undefined", "function"].includes(typeof backend[name]));
  if (isBackend) return backend as SecretBackend;
  throw configurationError(
    "what was passed as a backend is not a SecretBackend",
    "Pass the object that its package exports: { scheme, create(options) }, the scheme in " +
      "lower-case letters, digits and +.- after a letter",
    "not-a-backend",
  );
}
