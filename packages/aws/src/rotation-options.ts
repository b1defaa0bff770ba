import type {
  OperationOptions,
  OptionCheck,
  OptionChecks,
  RotateSecretOptions,
  SecretAbortSignal,
  SecretTags,
  SecretValue,
} from "@llm-orchestrator/secrets-core";

/**
 * Puts a value in force at the service that checks it: the password of a database user, a key of an API
 * of your own. Throwing, or anything but `true` or nothing, is a failure. It is called again to put the
 * old value back, and when a rotation is resumed; so it has to bear that the value is in force already.
 *
 * @param candidate The value that is to be in force.
 * @param input.current The one that it replaces: the new one, when the old one is put back.
 */
export type SecretSetter = (
  candidate: SecretValue,
  input: { readonly current: SecretValue; readonly signal: SecretAbortSignal | undefined },
  // biome-ignore lint/suspicious/noConfusingVoidType: a setter that throws need not return
) => boolean | void | Promise<boolean | void>;

export interface AwsRotateSecretOptions extends RotateSecretOptions {
  /**
   * Who rotates. `"managed"`: AWS, by the rotation that is configured for the secret; without one it is
   * `NOT_SUPPORTED` (`no-rotation`). `"client"`: this process, with a generator. `"auto"`, the default:
   * AWS where that is configured, else this process; `generate` means this process.
   */
  readonly mode?: "auto" | "managed" | "client" | undefined;
  /** Called before `verify`, in this process's rotations. */
  readonly set?: SecretSetter | undefined;
  /**
   * From this age on a version that was left pending is gone on with, and no generator runs; a younger
   * one is `CONFLICT` (`rotation-in-progress`). Default 900,000: the longest that a Lambda function can
   * run. Larger where `set` and `verify` may take longer, else they are overtaken.
   */
  readonly resumeAfterMs?: number | undefined;
  /** Longest wait for a rotation that AWS carries out. Default: the store's `rotationTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** When AWS rotates: `everyDays` or `schedule`, one of them. */
export interface AwsRotationScheduleOptions extends OperationOptions {
  /** 1 to 1,000. */
  readonly everyDays?: number | undefined;
  /** `"rate(12 hours)"`, `"cron(0 16 1,15 * ? *)"`, in UTC; not more often than every four hours. */
  readonly schedule?: string | undefined;
  /** Length of the window within which AWS rotates, 1 to 24. */
  readonly durationHours?: number | undefined;
  /** The Lambda function that rotates. */
  readonly lambdaArn?: string | undefined;
  /** What the partner of a managed external secret asks for. */
  readonly managedMetadata?: Readonly<Record<string, string>> | undefined;
  /** The role with which AWS rotates a managed external secret. */
  readonly managedRoleArn?: string | undefined;
  /** Rotates now, too. Default: `true` for a new secret, `false` for a schedule that is changed. */
  readonly rotateImmediately?: boolean | undefined;
}

export interface AwsCreateWithRotationOptions extends AwsRotationScheduleOptions {
  /**
   * The partner's type of a managed external secret, which needs no Lambda function: see AWS's list
   * "Managed external secrets partners".
   */
  readonly managedType?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: SecretTags | undefined;
}

export interface AwsRollbackOptions extends OperationOptions {
  /** A version id, or the stage of one. Default: the previous version. */
  readonly to?: string | undefined;
  /** The version that must be current; else `CONFLICT`. Default: the one that is. */
  readonly expectedVersion?: string | undefined;
}

const isFunction: OptionCheck = {
  expected: "a function",
  test: (value) => typeof value === "function",
};
const isBoolean: OptionCheck = {
  expected: "true or false",
  test: (value) => typeof value === "boolean",
};
const isVersion: OptionCheck = {
  expected: "a version id, or the stage of a version",
  test: (value) => matches(value, /^[A-Za-z0-9_+=.@:/-]{1,256}$/),
};

const modes: readonly unknown[] = ["auto", "managed", "client"];

const scheduleChecks: OptionChecks = {
  everyDays: whole(1, 1_000),
  schedule: {
    expected: '"rate(10 days)" or "cron(0 16 1,15 * ? *)"',
    test: (value) => matches(value, /^(?:rate|cron)\([0-9A-Za-z#?*,/ -]{1,249}\)$/),
  },
  durationHours: whole(1, 24),
  lambdaArn: {
    expected: "the ARN of a Lambda function",
    test: (value) => matches(value, /^arn:aws[a-z0-9-]{0,20}:lambda:[\w:.$-]{1,2000}$/),
  },
  managedMetadata: { expected: "an object of strings", test: isTextRecord },
  managedRoleArn: {
    expected: "the ARN of a role",
    test: (value) => matches(value, /^arn:aws[a-z0-9-]{0,20}:iam::\d{12}:role\/\S{1,512}$/),
  },
  rotateImmediately: isBoolean,
};

/** Of the calls that have to do with rotation; how options fit together is looked at by the call. */
export const rotationCallOptions: Readonly<Record<string, OptionChecks>> = {
  rotateSecret: {
    mode: {
      expected: '"auto", "managed" or "client"',
      test: (value) => modes.includes(value),
    },
    set: isFunction,
    resumeAfterMs: whole(0, Number.MAX_SAFE_INTEGER),
    timeoutMs: whole(1, 2 ** 31 - 1),
  },
  createSecretWithRotation: {
    ...scheduleChecks,
    managedType: {
      expected: "the type of a managed external secret",
      test: (value) => matches(value, /^[A-Za-z0-9/_+=.@-]{1,256}$/),
    },
    description: { expected: "a string", test: (value) => typeof value === "string" },
    tags: { expected: "an object of strings", test: isTextRecord },
  },
  setRotationSchedule: scheduleChecks,
  cancelRotation: {},
  rollback: { to: isVersion, expectedVersion: isVersion },
};

function whole(low: number, high: number): OptionCheck {
  return {
    expected: `a whole number from ${low} to ${high}`,
    test: (value) =>
      Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high,
  };
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

function isTextRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && Object.values(value).every((entry) => typeof entry === "string");
}
