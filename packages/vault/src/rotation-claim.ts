import { type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import { Kv2Write } from "./kv2-write.js";
import { claimKeyOf, encodePath } from "./secret-path.js";
import { toError } from "./status-map.js";
import type { VaultApi } from "./vault-api.js";
import { bodyOf, record } from "./vault-reply.js";

/** So long a claim holds when the process that made it ends without a word. */
const claimMs = 5 * 60_000;

/** A claim of ours. */
interface HeldClaim {
  /** Of the secret. */
  readonly key: string;
  readonly owner: string;
  /** Of the entry that says so: whoever takes it over makes another. */
  readonly version: number;
}

/** What is on the server. */
interface FoundClaim {
  readonly version: number;
  readonly until: string;
}

/**
 * Says on the server who makes a new value, before it is made: a key that a provider has minted twice
 * is one too many. By compare-and-set on an entry beside the secret, since nothing else is atomic.
 */
export class RotationClaim {
  readonly #api: VaultApi;
  readonly #path: (kind: string, key: string) => { readonly path: string; readonly below: string };

  constructor(api: VaultApi, mountPath: string) {
    const below = encodePath(mountPath);
    this.#api = api;
    this.#path = (kind, key) => ({
      path: `${below}/${kind}/${encodePath(claimKeyOf(key))}`,
      below,
    });
  }

  /**
   * @throws SecretError `CONFLICT`: `rotation-claimed` when somebody else holds it, `claim-occupied` when
   * an entry stands in its place that is none.
   */
  async take(key: string, context: OperationContext, now = Date.now()): Promise<HeldClaim> {
    const found = await this.#read(key, context);
    if (found && Date.parse(found.until) > now) throw claimed(found.until);
    const until = now + claimMs;
    const owner = crypto.randomUUID();
    try {
      return await this.#write({ key, owner, version: found?.version ?? 0 }, until, context);
    } catch (error) {
      const isLost = SecretError.isInstance(error) && error.code === "CONFLICT";
      throw isLost ? claimed(toText(until)) : error;
    }
  }

  /**
   * Removes it, if it is still ours: one that ran out may be somebody else's by now. A removal cannot name
   * a version, so the claim is first made to hold, then removed, once. Where that is not allowed, it is
   * over.
   *
   * @throws SecretError `CONFLICT` when it is not ours any more.
   */
  async release(claim: HeldClaim, context: OperationContext, now = Date.now()): Promise<void> {
    const held = await this.#write(claim, now + claimMs, context);
    const path = this.#path("metadata", claim.key);
    const removal = { ...path, method: "DELETE", isRepeatable: false } as const;
    const { meaning } = await this.#api.send(removal, context);
    if (meaning?.code === "PERMISSION_DENIED") await this.#write(held, 0, context);
  }

  /** The next version after that of the claim, which has to be the current one. */
  async #write(
    { key, owner, version }: HeldClaim,
    until: number,
    context: OperationContext,
  ): Promise<HeldClaim> {
    const data = { owner, until: toText(until) };
    const writing = new Kv2Write(this.#api, this.#path("data", key), data, version, context);
    return { key, owner, version: (await writing.run()).version };
  }

  async #read(key: string, context: OperationContext): Promise<FoundClaim | undefined> {
    const call = { ...this.#path("data", key), method: "GET" } as const;
    const { reply, meaning } = await this.#api.send(call, context);
    if (meaning?.code === "NOT_FOUND") return undefined;
    if (meaning) throw toError(meaning);
    const { data, metadata } = record(reply && bodyOf(reply).data);
    const { version } = record(metadata);
    const { owner, until } = record(data);
    if (typeof owner === "string" && typeof until === "string" && Date.parse(until) >= 0) {
      return { version: Number(version), until };
    }
    throw occupied(claimKeyOf(key));
  }
}

function toText(time: number): string {
  return new Date(time).toISOString();
}

function claimed(until: string): SecretError {
  return new SecretError("CONFLICT", {
    reason: "rotation-claimed",
    detail: "somebody else is making its new value",
    fix: `Read it again in a moment; a claim that is left behind ends by ${until}`,
  });
}

/** Overwritten and removed, it would be gone for ever. */
function occupied(key: string): SecretError {
  return new SecretError("CONFLICT", {
    reason: "claim-occupied",
    detail: "where the claim of its rotation belongs there is an entry that is no claim",
    fix: `Look at ${key} on the server, and move it elsewhere`,
  });
}
