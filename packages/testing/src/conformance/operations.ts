import { type AuditOperation, toArray } from "@llm-orchestrator/secrets-core";
import type { Capability } from "./case.js";
import type { Lab } from "./lab.js";

/** One way of calling a method: what every method has in common is tried on all of these. */
export interface Operation {
  /** As failures name it. */
  readonly title: string;
  readonly method: AuditOperation;
  readonly needs?: Capability;
  /** What the event of the call carries. */
  readonly keyed: "key" | "keys" | "none";
  /** Whether it rejects with what went wrong; the others report it in their result. */
  readonly rejectsOnFault: boolean;
  /** Whether an absent key is `NOT_FOUND`. */
  readonly findsKey: boolean;
  call(lab: Lab, key: string, options?: object): Promise<unknown>;
}

const common = { keyed: "key", rejectsOnFault: true, findsKey: true } as const;

/** Every method that is audited, called so that it succeeds on a key that exists. */
const operations: readonly Operation[] = [
  {
    ...{ ...common, title: "getSecret", method: "getSecret" },
    call: ({ store }, key, options) => store.getSecret(key, options),
  },
  {
    ...{ ...common, title: "getSecrets", method: "getSecrets", keyed: "keys" },
    ...{ rejectsOnFault: false, findsKey: false },
    call: ({ store }, key, options) => store.getSecrets([key], options),
  },
  {
    ...{ ...common, title: "putSecret", method: "putSecret", needs: "write", findsKey: false },
    call: (lab, key, options) => lab.store.putSecret(key, lab.value(), options),
  },
  {
    ...{ ...common, title: "describeSecret", method: "describeSecret", needs: "describe" },
    call: ({ store }, key, options) => store.describeSecret(key, options),
  },
  {
    ...{ ...common, title: "listSecrets", method: "listSecrets", needs: "list" },
    ...{ keyed: "none", findsKey: false },
    call: ({ store }, key, options) => toArray(store.listSecrets(key, options)),
  },
  {
    ...{ ...common, title: "getSecretVersions", method: "getSecretVersions", needs: "versions" },
    call: ({ store }, key, options) => store.getSecretVersions(key, options),
  },
  {
    ...{ ...common, title: "getSecretVersion", method: "getSecretVersion", needs: "versions" },
    call: ({ store }, key, options) => store.getSecretVersion(key, "current", options),
  },
  {
    ...{ ...common, title: "rotateSecret", method: "rotateSecret", needs: "rotate" },
    call: (lab, key, options) =>
      lab.store.rotateSecret(key, { generate: () => lab.value(), ...options }),
  },
  {
    ...{ ...common, title: "restoreSecret", method: "restoreSecret", needs: "restore" },
    call: ({ store }, key, options) => store.restoreSecret(key, options),
  },
  {
    ...{ ...common, title: "deleteSecret", method: "deleteSecret", needs: "restore" },
    findsKey: false,
    call: ({ store }, key, options) => store.deleteSecret(key, options),
  },
  {
    ...{ ...common, title: "permanent deleteSecret", method: "deleteSecret", needs: "delete" },
    findsKey: false,
    call: ({ store }, key, options) => store.deleteSecret(key, { mode: "permanent", ...options }),
  },
  {
    ...{ ...common, title: "healthCheck", method: "healthCheck", keyed: "none" },
    ...{ rejectsOnFault: false, findsKey: false },
    call: ({ store }, _key, options) => store.healthCheck(options),
  },
] as const satisfies readonly Operation[];

/** The operations that the store under test can do. */
export function supported({ store }: Lab): readonly Operation[] {
  return operations.filter(({ needs }) => needs === undefined || store.capabilities[needs]);
}

/** The operations that it must refuse. */
export function unsupported({ store }: Lab): readonly Operation[] {
  return operations.filter(({ needs }) => needs !== undefined && !store.capabilities[needs]);
}
