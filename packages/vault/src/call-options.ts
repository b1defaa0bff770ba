import type {
  OperationOptions,
  OptionCheck,
  OptionChecks,
  PutSecretOptions,
  RotateSecretOptions,
} from "@llm-orchestrator/secrets-core";

export interface VaultPutSecretOptions extends PutSecretOptions {
  /** The value is a JSON object, and is stored as the map itself. Default: as the text in `value`. */
  readonly map?: boolean | undefined;
}

export interface VaultRotateSecretOptions extends RotateSecretOptions {
  /**
   * Whether each run of the generator leaves something behind, such as a key that a provider issues.
   * `true`: the rotation is claimed on the server first, so that of several at once one runs it, once,
   * and the others are `CONFLICT` (`rotation-claimed`). `false`: when another writer comes first, it
   * runs again on what that one wrote. Left out: it runs once, and the loser of a race is `CONFLICT`.
   */
  readonly minting?: boolean | undefined;
}

export interface FinalizeRotationOptions extends OperationOptions {
  /** What `rotateSecret` returned: nothing is destroyed when another version is current by now. */
  readonly expectedVersion?: string | undefined;
}

const isBoolean: OptionCheck = {
  expected: "true or false",
  test: (value) => typeof value === "boolean",
};
const isVersion: OptionCheck = {
  expected: "the version that rotateSecret returned",
  test: (value) => typeof value === "string" && /^\S{1,256}$/.test(value),
};

/** What the store's calls take beside the options of every store. */
export const callOptions: Readonly<Record<string, OptionChecks>> = {
  putSecret: { map: isBoolean },
  rotateSecret: { minting: isBoolean },
  finalizeRotation: { expectedVersion: isVersion },
};
