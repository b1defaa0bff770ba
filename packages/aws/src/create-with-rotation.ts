import {
  type OperationContext,
  type SecretData,
  SecretError,
  type SecretInput,
  type SecretValue,
  secretValue,
} from "@llm-orchestrator/secrets-core";
import type { AwsCreateWithRotationOptions } from "./rotation-options.js";
import type { RotationRequests } from "./rotation-requests.js";
import {
  checkRotator,
  checkSchedule,
  configureRotation,
  isConfigured,
} from "./rotation-schedule.js";
import { maxValueBytes } from "./secret-content.js";
import type { SecretWriter } from "./secret-writer.js";

interface Parts {
  readonly requests: RotationRequests;
  readonly writer: SecretWriter;
}

/**
 * Creates the secret, then configures its rotation: two requests, since AWS has none for both. What was
 * left half-way a second call with the same value completes.
 *
 * @returns What is current: the value as it was passed.
 */
export async function createWithRotation(
  parts: Parts,
  input: SecretInput,
  context: OperationContext,
): Promise<SecretData> {
  const options = { ...context.own } as AwsCreateWithRotationOptions;
  checkSchedule(options);
  checkRotator(options);
  const value = secretValue(input);
  checkSize(value);
  const created = await create(parts, { value, options }, context);
  if (created.isDone) return created.data;
  try {
    const { rotateImmediately = true } = options;
    await configureRotation(parts.requests, { ...options, rotateImmediately }, context);
  } catch (error) {
    throw halfCreated(created.data.version, error);
  }
  return created.data;
}

interface Created {
  readonly data: SecretData;
  /** Rotation is configured, too. */
  readonly isDone: boolean;
}

async function create(
  { requests, writer }: Parts,
  { value, options }: { value: SecretValue; options: AwsCreateWithRotationOptions },
  context: OperationContext,
): Promise<Created> {
  const { description, tags, managedType } = options;
  const metadata = { description, tags };
  try {
    const written = await requests.run(context, (timed) =>
      writer.creator.create(requests.key, value, { ...timed, ...metadata }, managedType),
    );
    return { data: { ...metadata, ...written, value }, isDone: false };
  } catch (error) {
    const isThere = SecretError.isInstance(error) && error.reason === "exists";
    if (!isThere) throw error;
    context.countRetry();
    const found = await requests.describe(context);
    const data = await requests.read({ VersionStage: "AWSCURRENT" }, context);
    // Its value is not the one that was to be kept: somebody else's, or rotated since.
    if (!data || !secretValue(data.value).equals(value)) throw exists(error);
    return { data, isDone: isConfigured(found, options) };
  }
}

function checkSize(value: SecretValue): void {
  const size = value.exposeBytes().length;
  if (size <= maxValueBytes) return;
  throw new SecretError("INVALID_SECRET", {
    reason: "too-large",
    detail: `the value has ${size} bytes, and the store keeps at most ${maxValueBytes}`,
    fix: "Store a shorter value, or split it over several keys",
  });
}

function exists(cause: SecretError): SecretError {
  return new SecretError("CONFLICT", {
    ...{ reason: "exists", cause, detail: "it exists already, with another value" },
    fix: "Read it; if its rotation is what is missing, call setRotationSchedule(key, { … })",
  });
}

/** The secret is there, its rotation is not: the caller has to know both. */
function halfCreated(version: string | undefined, cause: unknown): unknown {
  if (!SecretError.isInstance(cause)) return cause;
  return new SecretError(cause.code, {
    ...{ reason: "rotation-not-configured", cause, retryable: cause.retryable },
    detail:
      `the secret is created (version ${version}), its rotation is not, as far as is known, configured` +
      (cause.reason === undefined ? "" : ` (${cause.reason})`),
    fix: `${cause.fix}. Then call it again with the same value: it goes on from there`,
  });
}
