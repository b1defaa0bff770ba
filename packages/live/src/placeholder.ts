import { SecretError } from "@llm-orchestrator/secrets-core";

/**
 * What a client holds in place of the key. Long enough to stand in no header by chance; of
 * characters that every client accepts.
 */
export function makePlaceholder(): string {
  return `secret-placeholder-${globalThis.crypto.randomUUID()}`;
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
