import {
  type CallDeadline,
  type OperationContext,
  publishWarning,
  type RotateContext,
  type SecretData,
} from "@llm-orchestrator/secrets-core";
import type { AwsApi } from "./aws-api.js";
import { ManagedRotation } from "./managed-rotation.js";
import { rotationClock } from "./rotation-clock.js";
import { badRotation, noRotation, notWithManaged } from "./rotation-errors.js";
import type { AwsRotateSecretOptions } from "./rotation-options.js";
import type { RotationRequests } from "./rotation-requests.js";
import type { SecretMetadata } from "./secret-metadata.js";
import type { SecretWriter } from "./secret-writer.js";
import { StagedRotation } from "./staged-rotation.js";
import type { VersionSwap } from "./version-swap.js";

/** What a rotation needs of its store. */
export interface RotationParts {
  readonly swap: VersionSwap;
  readonly metadata: SecretMetadata;
  readonly rotationTimeoutMs: number;
}

/** What a store needs that rotates. */
export interface RotatingParts extends RotationParts {
  readonly api: AwsApi;
  readonly calls: CallDeadline;
  readonly writer: SecretWriter;
}

/** One call of `rotateSecret`: what its hooks have to know of each other. */
export class Rotation {
  readonly #requests: RotationRequests;
  readonly #parts: RotationParts;
  readonly #options: AwsRotateSecretOptions;
  readonly staged: StagedRotation;
  #isManaged = false;

  /** @throws SecretError `CONFIGURATION` for options that contradict each other. */
  constructor(requests: RotationRequests, parts: RotationParts, context: RotateContext) {
    const options: AwsRotateSecretOptions = { ...context.own, ...context };
    if (options.mode === "managed" && options.generate !== undefined) {
      const fix = 'Leave out one of them: with mode "managed" AWS makes the new value';
      throw badRotation('mode is "managed", and generate is given', fix);
    }
    this.#requests = requests;
    this.#parts = parts;
    this.#options = options;
    this.staged = new StagedRotation(requests, parts.swap, options);
  }

  /** `undefined` where this process has to rotate. */
  async byAws(context: OperationContext): Promise<SecretData | undefined> {
    const { mode = "auto", resumeAfterMs, timeoutMs, ...rest } = this.#options;
    if (mode === "client") return undefined;
    const described = await this.#requests.describe(context);
    this.staged.described = described;
    if (described.RotationEnabled !== true) {
      if (mode === "managed") throw noRotation();
      return undefined;
    }
    const own = (["set", "verify", "field"] as const).filter((name) => rest[name] !== undefined);
    if (own.length > 0) throw notWithManaged(own);
    this.#isManaged = true;
    const times = { timeoutMs: timeoutMs ?? this.#parts.rotationTimeoutMs, resumeAfterMs };
    return new ManagedRotation(this.#requests, times).run(context);
  }

  /** The new value is current by now: that its date is not written is no failure. */
  async note(context: OperationContext): Promise<void> {
    if (this.#isManaged) return; // AWS dates its own
    const { key } = this.#requests;
    const at = new Date(rotationClock.wallMs());
    const note = (timed: OperationContext) => this.#parts.metadata.noteRotation(key, at, timed);
    const alone = { signal: undefined, countRetry: context.countRetry };
    await this.#requests.run(alone, note).catch(() => {
      publishWarning({
        ...{ code: "AWS_ROTATION_NOT_NOTED", store: "aws", key },
        message:
          "A rotation succeeded, but its date could not be written to the secret's tags, so " +
          "describeSecret gives an older one. Grant secretsmanager:TagResource.",
      });
    });
  }
}
