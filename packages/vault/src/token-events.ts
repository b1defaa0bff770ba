import { publishWarning, type SecretError, toSecretError } from "@llm-orchestrator/secrets-core";
import type { VaultAuth } from "./vault-auth.js";

/** What happened to a store's token. Never holds the token, or a credential. */
export interface VaultTokenEvent {
  /**
   * `logged-in`: there is a new token; `renewed`: the one in use lives longer; `expiring`: it ends, and
   * could be neither renewed nor replaced so far; `failed`: a login or a renewal failed.
   */
  readonly type: "logged-in" | "renewed" | "expiring" | "failed";
  readonly method: VaultAuth["method"];
  /** Time that the token lives from now, in seconds; 0 is less than one. Left out for one that does not end by itself. */
  readonly ttlSeconds?: number;
  /** Why it failed. */
  readonly error?: SecretError;
}

export type TokenListener = (event: VaultTokenEvent) => unknown;

/** Tells the listener; one that throws, or whose promise rejects, breaks nothing. */
export class TokenEvents {
  readonly #method: VaultAuth["method"];
  readonly #listener: TokenListener | undefined;

  constructor(method: VaultAuth["method"], listener: TokenListener | undefined) {
    this.#method = method;
    this.#listener = listener;
  }

  /** @param ttlSeconds Left out for a token that does not end; 0 is the last second of one that does. */
  tell(type: VaultTokenEvent["type"], ttlSeconds?: number): void {
    this.#send({ type, method: this.#method, ...(ttlSeconds !== undefined && { ttlSeconds }) });
  }

  /** Nothing replaces the token before its end: told, and warned of. */
  tellEnd(ttlSeconds: number): void {
    this.tell("expiring", ttlSeconds);
    publishWarning({
      code: "VAULT_TOKEN_EXPIRING",
      store: "vault",
      message:
        "The Vault token can be neither renewed nor replaced, and ends soon. Check the login in " +
        "the option auth; a plain token ends with its maximum life.",
    });
  }

  tellFailure(thrown: unknown): void {
    const error = toSecretError(thrown, { store: "vault" });
    this.#send({ type: "failed", method: this.#method, error });
  }

  #send(event: VaultTokenEvent): void {
    try {
      const result = this.#listener?.(Object.freeze(event));
      if (result instanceof Promise) result.catch(() => {});
    } catch {
      // its own affair
    }
  }
}
