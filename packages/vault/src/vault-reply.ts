import type { Reply } from "./connection.js";

/** The part of Vault's answers that is looked at. */
export interface VaultBody {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
  readonly auth?: unknown;
}

export function bodyOf({ body }: Reply): VaultBody {
  return typeof body === "object" && body !== null ? (body as VaultBody) : {};
}

/** What the server says went wrong, in one line, for recognising it. Never shown: it may echo. */
export function errorsOf(reply: Reply): string {
  const { errors } = bodyOf(reply);
  return Array.isArray(errors) ? errors.filter((each) => typeof each === "string").join("; ") : "";
}

/** A record, whatever came. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
