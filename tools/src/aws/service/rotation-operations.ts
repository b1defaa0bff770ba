import { invalidParameter, invalidRequest } from "./api-error.ts";
import { checkRange, checkToken } from "./input-checks.ts";
import type { Region } from "./region.ts";
import type { RotationRules, SecretRecord } from "./secret-record.ts";

/** What becomes of the rotations that are started. */
export interface RotationPlan {
  /**
   * `"current"`: the new version gets AWSCURRENT. `"never"`: it has a value and keeps AWSPENDING.
   * `"empty"`: the function failed before it stored a value; AWSPENDING stays where nothing is.
   */
  readonly ends: "current" | "never" | "empty";
  /** How many looks at DescribeSecret still show it pending. */
  readonly pendingPolls: number;
  /** Whether AWSPENDING stays on the version that is current; AWS allows either. */
  readonly keepsPending: boolean;
  readonly makeValue: () => string;
}

interface RotateInput {
  readonly SecretId: string;
  readonly ClientRequestToken?: string;
  readonly RotationLambdaARN?: string;
  readonly RotationRules?: RotationRules;
  readonly RotateImmediately?: boolean;
}

export function rotateSecret(region: Region, input: RotateInput): object {
  const secret = region.own(input.SecretId);
  const token = checkToken(input.ClientRequestToken);
  checkRules(input.RotationRules);
  const { rotation } = secret;
  const lambdaArn = input.RotationLambdaARN ?? rotation?.lambdaArn;
  if (lambdaArn === undefined && secret.owningService === undefined) {
    throw invalidRequest("No Lambda rotation function ARN is associated with this secret.");
  }
  const pending = secret.holderOf("AWSPENDING");
  const isRepeated = secret.versions.has(token);
  if (pending && !pending.stages.has("AWSCURRENT") && pending.id !== token) {
    throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
  }
  const rules = input.RotationRules ?? rotation?.rules;
  secret.rotation = { isEnabled: true, lambdaArn, rules, lastMs: rotation?.lastMs };
  secret.changedMs = region.account.now();
  if (input.RotateImmediately === false) return secret.named();
  if (!isRepeated) start(region, secret, token);
  return secret.named(token);
}

function start(region: Region, secret: SecretRecord, token: string): void {
  const { now, rotationPlan } = region.account;
  secret.add(token, undefined, now());
  secret.attach("AWSPENDING", token);
  const version = secret.versions.get(token);
  if (!version || rotationPlan.ends === "empty") return;
  const SecretString = rotationPlan.makeValue();
  version.content = { SecretString };
  let polls = rotationPlan.pendingPolls;
  region.account.whenDescribed(secret, () => {
    if (rotationPlan.ends === "never" || polls-- > 0) return false;
    if (!version.stages.has("AWSPENDING")) return true; // somebody has cancelled it
    secret.attach("AWSCURRENT", token);
    if (!rotationPlan.keepsPending) version.stages.delete("AWSPENDING");
    if (secret.rotation) secret.rotation.lastMs = now();
    return true;
  });
}

function checkRules(rules: RotationRules | undefined): void {
  if (!rules) return;
  const { AutomaticallyAfterDays: days, ScheduleExpression: schedule } = rules;
  if (days !== undefined && schedule !== undefined) {
    throw invalidParameter("Use AutomaticallyAfterDays or ScheduleExpression, but not both.");
  }
  if (days !== undefined) checkRange("AutomaticallyAfterDays", days, 1, 1000);
  if (schedule !== undefined && !/^(cron|rate)\(.+\)$/.test(schedule)) {
    throw invalidParameter("The ScheduleExpression is invalid.");
  }
}

export function cancelRotateSecret(
  region: Region,
  { SecretId }: { readonly SecretId: string },
): object {
  const secret = region.own(SecretId);
  if (!secret.rotation) throw invalidRequest("Rotation is not configured for this secret.");
  secret.rotation.isEnabled = false;
  region.account.whenDescribed(secret, undefined);
  const pending = secret.holderOf("AWSPENDING");
  return secret.named(pending?.stages.has("AWSCURRENT") ? undefined : pending?.id);
}
