import { SecretError } from "@llm-orchestrator/secrets-core";

/**
 * Refuses options of a vendor's client that would put something else in the place of the live key,
 * or send it elsewhere. `null` and `undefined` are as good as not given. For authors of client
 * packages.
 *
 * @param refused Names, each with what to do instead.
 * @throws SecretError `CONFIGURATION` that names the option.
 * @example
 * ```ts
 * import { refuseOptions } from "@llm-orchestrator/secrets-live";
 *
 * refuseOptions({ maxRetries: 5 }, { apiKey: "Put the key into the store" });
 * ```
 */
export function refuseOptions(options: unknown, refused: Readonly<Record<string, string>>): void {
  if (typeof options !== "object" || options === null) {
    throw wrong("the options of the client are not an object", "Leave them out, or pass an object");
  }
  for (const [name, fix] of Object.entries(refused)) {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined || value === null) continue;
    throw wrong(`the option ${name} does not go with a key from a store`, fix);
  }
}

function wrong(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}
