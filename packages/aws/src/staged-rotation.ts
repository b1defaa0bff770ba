import {
  type LeftVersion,
  type OperationContext,
  type RotateContext,
  type SecretData,
  SecretError,
  type SecretValue,
  type StagedVersion,
  secretValue,
  type WriteContext,
} from "@llm-orchestrator/secrets-core";
import type { Output } from "./operations.js";
import { isYoung, longestStepMs } from "./rotation-clock.js";
import { inProgress } from "./rotation-errors.js";
import type { AwsRotateSecretOptions } from "./rotation-options.js";
import type { RotationRequests } from "./rotation-requests.js";
import { toContent } from "./secret-content.js";
import { StagedCandidate } from "./staged-candidate.js";
import { versionWith, waitingStage } from "./stages.js";
import type { VersionSwap } from "./version-swap.js";

type Described = Output<"DescribeSecret">;

const claimTurns = 3;

/**
 * A rotation from here in the four steps that a rotation function has: create, set, test, finish. The
 * new version carries `AWSPENDING` meanwhile, which only one version has at a time: who gets the label
 * has the rotation, and everybody else is `CONFLICT`.
 *
 * Seven requests: GetSecretValue, DescribeSecret, PutSecretValue, UpdateSecretVersionStage three times
 * (`AWSPENDING` on, `AWSCURRENT` over, `AWSPENDING` off) and TagResource, for the date; and DescribeSecret
 * once more before `set`.
 */
export class StagedRotation {
  readonly #requests: RotationRequests;
  readonly #swap: VersionSwap;
  readonly #options: AwsRotateSecretOptions;
  /** What DescribeSecret has said in this call. */
  described: Described | undefined;
  /** From which version the label may be taken: it has no use for it any more. */
  #replaces: string | undefined;

  constructor(requests: RotationRequests, swap: VersionSwap, options: AwsRotateSecretOptions) {
    this.#requests = requests;
    this.#swap = swap;
    this.#options = options;
  }

  /** Create: keeps the value, and takes `AWSPENDING` for it. */
  async stage(value: SecretValue, context: WriteContext): Promise<StagedVersion> {
    return this.#candidate(await this.#keep(value, context), context.expectedVersion, context);
  }

  /**
   * What an interrupted rotation has created, as a version of this one's own. So two that find it do not
   * both go on with it.
   */
  async findLeft(current: SecretData, context: RotateContext): Promise<LeftVersion | undefined> {
    this.described ??= await this.#requests.describe(context);
    const { VersionIdsToStages, RotationEnabled, LastChangedDate } = this.described;
    const pending = versionWith("AWSPENDING", VersionIdsToStages);
    this.#replaces = pending;
    if (pending === undefined || wasCurrent(VersionIdsToStages?.[pending])) return undefined;
    const left = await this.#requests.read({ VersionId: pending }, context);
    const { resumeAfterMs = longestStepMs } = this.#options;
    // In a rotation of AWS's own the version is there before its value is.
    const mayGoOn = left !== undefined || RotationEnabled === true;
    const since = left ? left.createdAt : LastChangedDate;
    if (mayGoOn && isYoung(since, resumeAfterMs)) throw inProgress(pending);
    if (!left || isOutdated(left, current)) return undefined;
    const value = secretValue(left.value);
    const version = await this.#keep(value, context);
    const candidate = this.#candidate(version, current.version, context);
    return Object.assign(candidate, { value, version });
  }

  #candidate(
    version: string,
    from: string | null | undefined,
    context: OperationContext & Pick<RotateContext, "field">,
  ): StagedCandidate {
    const { set } = this.#options;
    const swap = this.#swap;
    return new StagedCandidate(this.#requests, swap, { version, from: from ?? "", set, context });
  }

  async #keep(value: SecretValue, context: OperationContext): Promise<string> {
    const { key } = this.#requests;
    const content = toContent(value);
    const version = await this.#requests.run(context, (timed) =>
      this.#swap.keep(key, content, waitingStage, timed),
    );
    try {
      await this.#claim(version, context);
    } catch (error) {
      const own = { signal: undefined, countRetry: context.countRetry };
      const drop = (timed: OperationContext) => this.#swap.drop(key, version, waitingStage, timed);
      await this.#requests.run(own, drop).catch(() => {});
      throw error;
    }
    return version;
  }

  /**
   * AWS adds a label only to a version if no other has it, or it is taken from the one that is named. A
   * put with the label would take it from whoever has it.
   */
  async #claim(version: string, context: OperationContext): Promise<void> {
    for (let turn = 1; ; turn++) {
      const from = this.#replaces;
      const move = {
        ...{ VersionStage: "AWSPENDING", MoveToVersionId: version },
        ...(from !== undefined && { RemoveFromVersionId: from }),
      };
      try {
        await this.#requests.send("UpdateSecretVersionStage", move, context);
        return;
      } catch (error) {
        if (context.signal?.aborted || !mayHaveLost(error)) throw error;
        const found = await this.#requests.describe(context).catch(() => undefined);
        const holder = versionWith("AWSPENDING", found?.VersionIdsToStages);
        if (holder === version) return; // an answer was lost
        if (!found || error.retryable || (holder !== undefined && holder === from)) throw error;
        if (holder !== undefined || turn >= claimTurns) throw inProgress(holder);
        this.#replaces = undefined; // whoever had it has let go of it
        context.countRetry();
      }
    }
  }
}

/** Another has the label, or it cannot be known whether we do. */
function mayHaveLost(error: unknown): error is SecretError {
  const codes = ["INVALID_SECRET", "CONFLICT", "BACKEND_UNAVAILABLE"];
  return SecretError.isInstance(error) && codes.includes(error.code);
}

/** Its rotation has been finished, but for taking the label off. */
function wasCurrent(stages: readonly string[] | undefined): boolean {
  return stages?.includes("AWSCURRENT") === true || stages?.includes("AWSPREVIOUS") === true;
}

/** Somebody has put another value since, or the same. */
function isOutdated(left: SecretData, current: SecretData): boolean {
  const isOlder = (left.createdAt ?? "") < (current.createdAt ?? "");
  return isOlder || secretValue(left.value).equals(secretValue(current.value));
}
