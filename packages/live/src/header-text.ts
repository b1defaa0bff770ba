import { publishWarning, type Secret, SecretError } from "@llm-orchestrator/secrets-core";
import type { LiveSecret } from "./live-secret.js";

/** The version whose white space was warned of: once is enough, however often it is sent. */
const warned = new WeakMap<LiveSecret, { readonly version: string | undefined }>();

/**
 * The key as it goes into a header: without white space around it (a line break at the end of a file
 * is the commonest mistake there is), and visible ASCII only. Checked here because a header that is
 * refused by the platform is quoted in its error, key and all.
 *
 * @throws SecretError `INVALID_SECRET` (`not-a-header`), which says where and not what.
 */
export function headerText(live: LiveSecret, { key, value, store, version }: Secret): string {
  const whole = value.expose();
  const text = whole.trim();
  if (text !== whole) warnOfWhiteSpace(live, { key, store, version });
  const index = text.search(/[^\x21-\x7e]/);
  if (index < 0 && text !== "") return text;
  throw new SecretError("INVALID_SECRET", {
    ...{ key, store, reason: "not-a-header" },
    detail:
      text === ""
        ? "the API key is nothing but white space"
        : `character ${index + 1} of the API key cannot stand in a header`,
    fix: "Store the key alone: visible ASCII characters, no line breaks within",
  });
}

function warnOfWhiteSpace(
  live: LiveSecret,
  { key, store, version }: { key: string; store: string; version: string | undefined },
): void {
  const last = warned.get(live);
  if (last && last.version === version) return;
  warned.set(live, { version });
  publishWarning({
    ...{ code: "SECRET_TRIMMED", key, store },
    message: "White space around an API key was left out of the header. Store the key without it.",
  });
}
