import {
  type OperationContext,
  publishWarning,
  type RotateContext,
  type SecretData,
  SecretError,
  type SecretValue,
  type StagedVersion,
  secretValue,
  throwIfAborted,
  type WrittenData,
} from "@llm-orchestrator/secrets-core";
import { setFailed } from "./rotation-errors.js";
import type { SecretSetter } from "./rotation-options.js";
import type { RotationRequests } from "./rotation-requests.js";
import { versionWith, waitingStage } from "./stages.js";
import { conflict, type VersionSwap } from "./version-swap.js";

interface Candidate {
  readonly version: string;
  /** What it replaces. */
  readonly from: string;
  readonly set: SecretSetter | undefined;
  readonly context: OperationContext & Pick<RotateContext, "field">;
}

interface Values {
  readonly candidate: SecretValue;
  readonly current: SecretValue;
}

/** A version that has `AWSPENDING`, until it is current or given up. */
export class StagedCandidate implements StagedVersion {
  readonly #requests: RotationRequests;
  readonly #swap: VersionSwap;
  readonly #self: Candidate;
  /** Once `set` was called, the service may have the new value in force. */
  #inForce: Values | undefined;
  #isCommitting = false;

  constructor(requests: RotationRequests, swap: VersionSwap, self: Candidate) {
    this.#requests = requests;
    this.#swap = swap;
    this.#self = self;
  }

  /** Set. Test is core's affair, by `verify`. */
  async set(candidate: SecretValue, current: SecretValue): Promise<void> {
    const { set, from, context } = this.#self;
    if (!set) return;
    // Since the label is ours nobody else rotates; before, somebody may have.
    const { VersionIdsToStages } = await this.#requests.describe(context);
    if (versionWith("AWSCURRENT", VersionIdsToStages) !== from) throw conflict();
    this.#inForce = { candidate, current };
    await putInForce(set, { candidate, current }, context.signal);
  }

  /** Finish. */
  async commit(): Promise<WrittenData> {
    const { version, from, context } = this.#self;
    this.#isCommitting = true;
    await this.#requests.run(context, (timed) =>
      this.#swap.makeCurrent(this.#requests.key, { from, to: version }, timed),
    );
    await this.#end();
    return { version, labels: ["AWSCURRENT"] };
  }

  /** A label that stays makes rotations of AWS's own fail once the next value is put. */
  async #end(): Promise<void> {
    try {
      await this.#drop("AWSPENDING");
    } catch {
      const found = await this.#requests.describe(this.#alone).catch(() => undefined);
      const holder = found && versionWith("AWSPENDING", found.VersionIdsToStages);
      // The answer was lost, or the next rotation has taken it already.
      if (found && holder !== this.#self.version) return;
      this.#warn("AWS_PENDING_NOT_REMOVED", pendingLeft);
    }
  }

  /** The caller may have gone; what was begun is put in order all the same. */
  discard(): Promise<void> {
    return this.#requests.run(this.#alone, async () => {
      if (this.#inForce && !(await this.#restore())) {
        // The label stays, so that the value which may be in force is not lost: a rotation resumes it.
        this.#warn("AWS_ROTATION_NOT_RESTORED", notRestored);
        return;
      }
      await this.#drop("AWSPENDING");
      await this.#drop(waitingStage);
    });
  }

  /** @returns Whether what is current is known to be in force. */
  async #restore(): Promise<boolean> {
    const { set } = this.#self;
    const { candidate, current } = this.#inForce as Values;
    try {
      const right = this.#isCommitting ? await this.#readCurrent() : current;
      if (right.equals(candidate)) return true; // it has become current after all
      await putInForce(set as SecretSetter, { candidate: right, current: candidate }, undefined);
      return true;
    } catch {
      return false;
    }
  }

  /** Whoever has come in between may have put yet another value. */
  async #readCurrent(): Promise<SecretValue> {
    const data = await this.#requests.read({ VersionStage: "AWSCURRENT" }, this.#alone);
    return fieldOf(data as SecretData, this.#self.context.field);
  }

  #drop(stage: string): Promise<void> {
    const { key } = this.#requests;
    return this.#requests.run(this.#alone, async (timed) => {
      await this.#swap.drop(key, this.#self.version, stage, timed);
    });
  }

  get #alone(): OperationContext {
    return { signal: undefined, countRetry: this.#self.context.countRetry };
  }

  #warn(code: string, message: string): void {
    publishWarning({ code, message, store: "aws", key: this.#requests.key });
  }
}

const pendingLeft =
  "A rotation succeeded, but AWSPENDING could not be taken off the version that is now current. The next " +
  "rotateSecret or cancelRotation does it; until then a rotation by AWS may be refused.";
const notRestored =
  "A rotation failed after set had been called, and whether the old value is in force again is not known. " +
  "AWSPENDING stays on the new version: rotateSecret with { resumeAfterMs: 0 } goes on with it.";

async function putInForce(
  set: SecretSetter,
  { candidate, current }: Values,
  signal: OperationContext["signal"],
): Promise<void> {
  let verdict: unknown;
  try {
    verdict = await set(candidate, { current, signal });
  } catch (error) {
    throwIfAborted(signal);
    throw setFailed("set threw an error", error);
  }
  throwIfAborted(signal);
  if (verdict === true || verdict === undefined) return;
  throw setFailed(`set returned ${verdict === false ? "false" : "something else than true"}`);
}

/** A text as it is, anything else as its JSON text. */
function fieldOf({ value }: SecretData, field: string | undefined): SecretValue {
  const whole = secretValue(value);
  if (field === undefined) return whole;
  const fields = whole.exposeJson<Record<string, unknown>>();
  if (!Object.hasOwn(fields, field)) throw new SecretError("INVALID_SECRET");
  const found = fields[field];
  return secretValue(typeof found === "string" ? found : JSON.stringify(found));
}
