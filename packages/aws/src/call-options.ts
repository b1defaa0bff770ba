import type {
  DeleteSecretOptions,
  OperationOptions,
  OptionChecks,
} from "@llm-orchestrator/secrets-core";
import { rotationCallOptions } from "./rotation-options.js";

export interface AwsDeleteSecretOptions extends DeleteSecretOptions {
  /** 7 to 30. Default: the store's. */
  readonly recoveryWindowDays?: number | undefined;
}

export interface AwsVersionsOptions extends OperationOptions {
  /** Those without a stage too, which AWS may drop at any time. Default false. */
  readonly includeDeprecated?: boolean | undefined;
}

/** What the store's calls take beside the options of every store. */
export const callOptions: Readonly<Record<string, OptionChecks>> = {
  ...rotationCallOptions,
  replicateSecret: {
    overwrite: { expected: "true or false", test: (value) => typeof value === "boolean" },
  },
  deleteSecret: {
    recoveryWindowDays: { expected: "a whole number from 7 to 30", test: isWholeFrom(7, 30) },
  },
  getSecretVersions: {
    includeDeprecated: { expected: "true or false", test: (value) => typeof value === "boolean" },
  },
};

function isWholeFrom(low: number, high: number): (value: unknown) => boolean {
  return (value) => Number.isSafeInteger(value) && Number(value) >= low && Number(value) <= high;
}
