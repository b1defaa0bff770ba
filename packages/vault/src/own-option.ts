import {
  type AuditedCall,
  auditedCall,
  checkKey,
  SecretError,
} from "@llm-orchestrator/secrets-core";
import { vaultKeySyntax } from "./secret-path.js";

/**
 * Takes an option out that this store has beside those of every store; core refuses what it does not
 * know. Never throws.
 */
export function takeOwnOption<Options>(
  options: Options,
  name: string,
): { readonly own: unknown; readonly rest: Options } {
  try {
    if (typeof options !== "object" || options === null || !Object.hasOwn(options, name)) {
      return { own: undefined, rest: options };
    }
    const { [name]: own, ...rest } = options as Record<string, unknown>;
    return { own, rest: rest as Options };
  } catch {
    return { own: undefined, rest: options }; // core says what is wrong with it
  }
}

/** Rejects a call for an option of the wrong kind, or one that does not go with another. */
export function refuseOption(
  call: Pick<AuditedCall, "operation" | "store"> & { readonly key: string },
  detail: string,
  fix: string,
): Promise<never> {
  const check = (): never => {
    checkKey(call.key, vaultKeySyntax);
    throw new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
  };
  return auditedCall<never>({ ...call, check }, async () => check());
}
