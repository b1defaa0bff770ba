import { abortable, SecretError } from "@llm-orchestrator/secrets-core";
import type { AwsCredentials, Credential } from "./vault-auth.js";

/** Longest time for a function that brings a credential: everybody waits for the login. */
const withinMs = 10_000;

/** The text, but for the line end that a file or a shell left on it. */
export async function reveal(credential: Credential): Promise<string> {
  const found = typeof credential === "string" ? credential : await call(credential);
  const text = typeof found === "string" ? found.replace(/\r?\n$/, "") : "";
  if (text.trim() === "") throw unusable();
  return text;
}

export async function revealAws(
  credentials: () => AwsCredentials | Promise<AwsCredentials>,
): Promise<AwsCredentials> {
  const { accessKeyId, secretAccessKey, sessionToken } = (await call(credentials)) ?? {};
  if (!isText(accessKeyId) || !isText(secretAccessKey)) throw unusable();
  return { accessKeyId, secretAccessKey, ...(isText(sessionToken) && { sessionToken }) };
}

/** A token goes into a header, which takes visible characters only. */
export function checkToken(text: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw unusable();
}

/** The text of a file that holds nothing but a credential, without what surrounds it. */
export async function readCredentialFile(path: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new SecretError("AUTHENTICATION_FAILED", {
      ...{ reason: "credential", cause },
      detail: "the file of the credential cannot be read",
      fix: "Check the path in the option auth, and who may read it",
    });
  });
  if (text.trim() === "") throw unusable();
  return text.trim();
}

async function call<T>(bring: () => T | Promise<T>): Promise<T> {
  try {
    return await abortable(AbortSignal.timeout(withinMs), async () => bring());
  } catch (cause) {
    throw SecretError.isInstance(cause) ? cause : unusable(cause);
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function unusable(cause?: unknown): SecretError {
  return new SecretError("AUTHENTICATION_FAILED", {
    ...{ reason: "credential", cause },
    detail: "a credential of the login could not be had, or is empty or malformed",
    fix: "Check the text, the file or the function in the option auth",
  });
}
