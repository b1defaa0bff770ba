import {
  BaseSecretStore,
  type BaseSecretStoreOptions,
  type LeftVersion,
  type OperationContext,
  type OperationOptions,
  type RotateContext,
  type Secret,
  type SecretData,
  type SecretInput,
  type SecretValue,
  type StagedVersion,
  toSecret,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import { createWithRotation } from "./create-with-rotation.js";
import { rollback } from "./rollback.js";
import { type RotatingParts, Rotation } from "./rotation.js";
import type {
  AwsCreateWithRotationOptions,
  AwsRollbackOptions,
  AwsRotateSecretOptions,
  AwsRotationScheduleOptions,
} from "./rotation-options.js";
import { RotationRequests } from "./rotation-requests.js";
import { cancelRotation, setRotationSchedule } from "./rotation-schedule.js";

/** What a store in Secrets Manager does with rotations and versions. */
export abstract class RotatingStore extends BaseSecretStore {
  readonly #parts: RotatingParts;

  /** @param parts {@link RotatingParts}: named here, they would bring the SDK's types into every program. */
  protected constructor(options: BaseSecretStoreOptions, parts: object) {
    super(options);
    this.#parts = parts as RotatingParts;
  }

  /**
   * Where AWS has a rotation configured for the secret, starts that and waits until the new value is
   * current: two requests, one for every look, and one for the value. Else rotates from here, with
   * `AWSPENDING` on the new version until it is set and verified: seven requests, eight with `set`. A
   * rotation that was interrupted is gone on with by the next one.
   */
  override rotateSecret(key: string, options?: AwsRotateSecretOptions): Promise<Secret> {
    return super.rotateSecret(key, options);
  }

  /**
   * Creates a secret that AWS rotates. When the second of its two requests fails, the secret is there
   * (`rotation-not-configured`), and the same call completes it.
   *
   * @returns The secret as created: with `rotateImmediately`, the default, it has a new value soon.
   * @throws SecretError `CONFIGURATION` (`no-rotation-function`) before anything is created, when nothing
   * says who rotates.
   */
  createSecretWithRotation(
    key: string,
    value: SecretInput,
    options: AwsCreateWithRotationOptions,
  ): Promise<Secret> {
    return this.run({ operation: "createSecretWithRotation", key }, options, async (context) => {
      const parts = { requests: this.#requests(key), writer: this.#parts.writer };
      const data = await createWithRotation(parts, value, context);
      return toSecret(key, data, this.name);
    });
  }

  /** Says when AWS rotates a secret, and by what; the function may be left out where it has one. */
  setRotationSchedule(key: string, options: AwsRotationScheduleOptions): Promise<void> {
    return this.run({ operation: "setRotationSchedule", key }, options, (context) =>
      setRotationSchedule(this.#requests(key), context),
    );
  }

  /**
   * Turns the rotation by AWS off. Also takes `AWSPENDING` off the version that has it: that of a rotation
   * which failed, or which goes on just now, from here too. AWS leaves it there, and with it rotates no more.
   */
  cancelRotation(key: string, options?: OperationOptions): Promise<void> {
    return this.run({ operation: "cancelRotation", key }, options, (context) =>
      cancelRotation(this.#requests(key), context),
    );
  }

  /**
   * Makes an earlier version current, by default the previous one, which then is the one left.
   *
   * @throws SecretError `CONFLICT` when another version becomes current meanwhile.
   */
  rollback(key: string, options?: AwsRollbackOptions): Promise<Secret> {
    return this.run({ operation: "rollback", key }, options, async (context) => {
      const data = await rollback(this.#requests(key), this.#parts.swap, context);
      return toSecret(key, data, this.name);
    });
  }

  /** The hooks of one call find each other by `rotation`. */
  protected override async rotate(key: string, context: RotateContext): Promise<SecretData> {
    const rotation = new Rotation(this.#requests(key), this.#parts, context);
    const rotated = await super.rotate(key, { ...context, own: { rotation } });
    await rotation.note(context);
    return rotated;
  }

  protected override rotateManaged(
    _key: string,
    context: RotateContext,
  ): Promise<SecretData | undefined> {
    return rotationOf(context).byAws(context);
  }

  protected override stage(
    _key: string,
    value: SecretValue,
    context: WriteContext,
  ): Promise<StagedVersion> {
    return rotationOf(context).staged.stage(value, context);
  }

  protected override findStaged(
    _key: string,
    current: SecretData,
    context: RotateContext,
  ): Promise<LeftVersion | undefined> {
    return rotationOf(context).staged.findLeft(current, context);
  }

  #requests(key: string): RotationRequests {
    return new RotationRequests(this.#parts.api, this.#parts.calls, key);
  }
}

function rotationOf({ own }: OperationContext): Rotation {
  return own?.rotation as Rotation;
}
