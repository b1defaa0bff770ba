import { randomUUID } from "node:crypto";
import type { SecretValue } from "@llm-orchestrator/secrets-core";
import type { Input } from "./operations.js";

/** By AWS's API reference: SecretString and SecretBinary, in bytes. */
export const maxValueBytes = 65_536;

/** The value as AWS takes it, and the token that makes a repeated request the same one. */
export type Content = Pick<
  Input<"PutSecretValue">,
  "SecretString" | "SecretBinary" | "ClientRequestToken"
>;

/** Text as text, so that other tools see it; what is no text as bytes. */
export function toContent(value: SecretValue): Content {
  const ClientRequestToken = randomUUID();
  const bytes = value.exposeBytes();
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { SecretString: text, ClientRequestToken };
  } catch {
    return { SecretBinary: bytes, ClientRequestToken };
  }
}
