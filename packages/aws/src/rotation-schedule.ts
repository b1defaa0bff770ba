import { randomUUID } from "node:crypto";
import { type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import type { Input, Output } from "./operations.js";
import { badRotation, inProgress } from "./rotation-errors.js";
import type {
  AwsCreateWithRotationOptions,
  AwsRotationScheduleOptions,
} from "./rotation-options.js";
import type { RotationRequests } from "./rotation-requests.js";
import { versionWith } from "./stages.js";

type Schedule = AwsRotationScheduleOptions;
type Described = Output<"DescribeSecret">;
type RotationInput = Omit<Input<"RotateSecret">, "SecretId">;

/** @throws SecretError `CONFIGURATION` unless the options say when, in one way. */
export function checkSchedule({ everyDays, schedule }: Schedule): void {
  if ((everyDays === undefined) !== (schedule === undefined)) return;
  throw badRotation(
    everyDays === undefined
      ? "nothing says when to rotate"
      : "everyDays and schedule are both given",
    'Pass { everyDays: 30 } or { schedule: "cron(0 16 1,15 * ? *)" }',
  );
}

/** @throws SecretError `CONFIGURATION` (`no-rotation-function`) when nothing says who rotates. */
export function checkRotator(options: AwsCreateWithRotationOptions): void {
  const { lambdaArn, managedType, managedMetadata, managedRoleArn } = options;
  if (lambdaArn === undefined && managedType === undefined) throw noFunction();
  const isManaged = managedType ?? managedMetadata ?? managedRoleArn;
  if (lambdaArn === undefined || isManaged === undefined) return;
  throw badRotation("lambdaArn and a managed type are both given", "Pass one of them");
}

/** @throws SecretError `CONFIGURATION`, `CONFLICT` (`rotation-in-progress`). */
export async function setRotationSchedule(
  requests: RotationRequests,
  context: OperationContext,
): Promise<void> {
  const options: Schedule = { ...context.own };
  checkSchedule(options);
  await configureRotation(requests, options, context);
}

/** What is left out stays as it is. */
export async function configureRotation(
  requests: RotationRequests,
  options: Schedule,
  context: OperationContext,
): Promise<void> {
  const input = { ...toInput(options), ClientRequestToken: randomUUID() };
  try {
    await requests.send("RotateSecret", input, context);
  } catch (error) {
    const isState = SecretError.isInstance(error) && error.code === "CONFLICT";
    if (!isState || context.signal?.aborted) throw error;
    const found = await requests.describe(context).catch(() => undefined);
    throw (found && whyRefused(found, options)) ?? error;
  }
}

/**
 * Turns rotation off, and takes `AWSPENDING` off the version of a rotation that does not end any more:
 * AWS leaves it there, and then refuses later rotations.
 */
export async function cancelRotation(
  requests: RotationRequests,
  context: OperationContext,
): Promise<void> {
  let failure: unknown;
  await requests.send("CancelRotateSecret", {}, context).catch((error: unknown) => {
    const isState = SecretError.isInstance(error) && error.code === "CONFLICT";
    if (!isState || context.signal?.aborted) throw error;
    failure = error; // there may be none to cancel
  });
  const found = await requests.describe(context);
  if (failure !== undefined && found.RotationEnabled === true) throw failure;
  const pending = versionWith("AWSPENDING", found.VersionIdsToStages);
  if (pending === undefined) return;
  const drop = { VersionStage: "AWSPENDING", RemoveFromVersionId: pending };
  await requests.send("UpdateSecretVersionStage", drop, context);
}

/** Whether the secret is rotated as the options say. */
export function isConfigured(found: Described, options: Schedule): boolean {
  const { everyDays, schedule, durationHours, lambdaArn } = options;
  const { AutomaticallyAfterDays, ScheduleExpression, Duration } = found.RotationRules ?? {};
  const isWhen =
    schedule === undefined
      ? AutomaticallyAfterDays === everyDays && !ScheduleExpression
      : ScheduleExpression === schedule;
  const isLength = durationHours === undefined || Duration === `${durationHours}h`;
  const isWho = lambdaArn === undefined || found.RotationLambdaARN === lambdaArn;
  return found.RotationEnabled === true && isWhen && isLength && isWho;
}

function toInput(options: Schedule): RotationInput {
  const { everyDays, schedule, durationHours, lambdaArn, managedMetadata, managedRoleArn } =
    options;
  const metadata = Object.entries(managedMetadata ?? {}).map(([Key, Value]) => ({ Key, Value }));
  return {
    RotationRules: {
      ...(everyDays !== undefined && { AutomaticallyAfterDays: everyDays }),
      ...(schedule !== undefined && { ScheduleExpression: schedule }),
      ...(durationHours !== undefined && { Duration: `${durationHours}h` }),
    },
    ...(lambdaArn !== undefined && { RotationLambdaARN: lambdaArn }),
    ...(metadata.length > 0 && { ExternalSecretRotationMetadata: metadata }),
    ...(managedRoleArn !== undefined && { ExternalSecretRotationRoleArn: managedRoleArn }),
    RotateImmediately: options.rotateImmediately === true,
  };
}

/** AWS has one error for every state in which it does not rotate. */
function whyRefused(found: Described, { lambdaArn }: Schedule): SecretError | undefined {
  const pending = versionWith("AWSPENDING", found.VersionIdsToStages);
  const isCurrent = pending === versionWith("AWSCURRENT", found.VersionIdsToStages);
  if (pending !== undefined && !isCurrent) return inProgress(pending);
  const rotator = lambdaArn ?? found.RotationLambdaARN ?? found.OwningService ?? found.Type;
  return rotator === undefined ? noFunction() : undefined;
}

function noFunction(): SecretError {
  return badRotation(
    "nothing says who makes the new values",
    "Pass lambdaArn, or managedType for a managed external secret; without either create it with " +
      "putSecret and rotate it from here: rotateSecret(key, { generate, verify })",
    "no-rotation-function",
  );
}
