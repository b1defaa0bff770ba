import { SecretError } from "@llm-orchestrator/secrets-core";

/** Of all copies of this package in the process. */
const counter = Symbol.for("llm-orchestrator.secrets.placeholders");

/**
 * What a client holds in place of the key. Long enough to stand in no header by chance; of
 * characters that every client accepts. Numbered and not random, since some platforms (workers) have
 * no randomness while a module loads; ended by a word, so that none is the beginning of another.
 */
export function makePlaceholder(): string {
  const holder = globalThis as unknown as Record<symbol, number | undefined>;
  const number = (holder[counter] ?? 0) + 1;
  holder[counter] = number;
  return `secret-placeholder-${number}-filled-in-by-secrets-live`;
}

/**
 * The headers with the key wherever the placeholder stands, whatever their names are: vendors
 * disagree on `Authorization`, `x-api-key`, `api-key`.
 *
 * @throws SecretError `CONFIGURATION` when it stands nowhere, or a redacted secret does.
 */
export function fillHeaders(headers: Headers, placeholder: string, text: string): Headers {
  const filled = new Headers(headers);
  let isFilled = false;
  for (const [name, value] of headers) {
    if (value.includes("[redacted]")) throw redactedHeader(name);
    if (!value.includes(placeholder)) continue;
    filled.set(name, value.replaceAll(placeholder, text));
    isFilled = true;
  }
  if (isFilled) return filled;
  throw new SecretError("CONFIGURATION", {
    reason: "placeholder-missing",
    detail: "no header of the request holds the placeholder of the API key",
    fix: "Spread apiKey and fetch together ({ ...liveKey(…) }), and set no other apiKey after them",
  });
}

function redactedHeader(name: string): SecretError {
  return new SecretError("CONFIGURATION", {
    reason: "redacted-header",
    detail: `the header ${name} holds "[redacted]": a secret was put into it as it is`,
    fix: "Call .expose() on the secret there, or hand the client { ...liveKey(…) }",
  });
}
