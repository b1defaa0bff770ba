import { throwIfAborted } from "./abort.js";
import type { SecretData, WrittenData } from "./secret.js";
import { SecretError } from "./secret-error.js";
import { checkSingleValue, fieldsOf, getField, requireVersion, setField } from "./secret-field.js";
import type { SecretGenerator, SecretVerifier } from "./secret-store.js";
import type {
  LeftVersion,
  RotateContext,
  StagedVersion,
  WriteContext,
} from "./secret-store-hooks.js";
import { type SecretInput, type SecretValue, secretValue } from "./secret-value.js";

/** What a rotation needs of its store. */
export interface RotationStore {
  read(): Promise<SecretData>;
  /** Refuses a value that the store cannot keep. */
  accept(input: SecretInput): SecretValue;
  write(value: SecretValue, context: WriteContext): Promise<WrittenData>;
  stage?(value: SecretValue, context: WriteContext): Promise<StagedVersion | undefined>;
  findStaged?(current: SecretData, context: RotateContext): Promise<LeftVersion | undefined>;
}

/**
 * Reads, makes a new value, verifies it, and only then makes it current, if the version read still
 * is. So a candidate that fails was never current and never becomes "previous", and a crash half-way
 * leaves the old value in place.
 */
export async function rotateByCompareAndSet(
  store: RotationStore,
  generate: SecretGenerator,
  context: RotateContext,
): Promise<SecretData> {
  const { field, verify, signal } = context;
  const whole = await store.read();
  throwIfAborted(signal);
  const version = requireVersion(whole);
  const fields = fieldsOf(whole);
  if (field === undefined) checkSingleValue(secretValue(fields));
  const current = pick(whole, field);

  const left = await takeUp(store, { whole, current }, context);
  const candidate = left
    ? pick(left, field)
    : await makeCandidate(generate, { current, version, signal }, store);
  const trial = { verify, candidate, current, signal };
  if (left) return { ...(await endRotation(left, trial)), value: candidate };
  if (candidate.equals(current)) throw unchanged();
  const next = field === undefined ? candidate : setField(fields, field, candidate);
  const changes = field === undefined ? undefined : whole;
  const write = { ...context, expectedVersion: version, changes };
  const value = store.accept(next);
  const staged = (await store.stage?.(value, write)) ?? {
    commit: () => store.write(value, write),
    discard: async () => {},
  };
  return { ...(await endRotation(staged, trial)), value: candidate };
}

/** What a rotation left that was interrupted, if it has something new for this one. */
async function takeUp(
  store: RotationStore,
  { whole, current }: { readonly whole: SecretData; readonly current: SecretValue },
  context: RotateContext,
): Promise<LeftVersion | undefined> {
  const left = await store.findStaged?.(whole, context);
  if (!left || isNews(left, context.field, current)) return left;
  await left.discard().catch(() => {});
  return undefined;
}

function isNews(left: SecretData, field: string | undefined, current: SecretValue): boolean {
  try {
    return !pick(left, field).equals(current);
  } catch {
    return false; // it lacks the field
  }
}

interface Trial {
  readonly verify: SecretVerifier | undefined;
  readonly candidate: SecretValue;
  readonly current: SecretValue;
  readonly signal: RotateContext["signal"];
}

async function endRotation(
  staged: StagedVersion,
  { verify, candidate, current, signal }: Trial,
): Promise<WrittenData> {
  try {
    throwIfAborted(signal);
    await staged.set?.(candidate, current);
    throwIfAborted(signal);
    if (verify) await verifyCandidate(verify, candidate, signal);
    throwIfAborted(signal);
    return await staged.commit();
  } catch (error) {
    await staged.discard().catch(() => {}); // what went wrong first is what the caller has to know
    throw error;
  }
}

function pick(data: SecretData, field: string | undefined): SecretValue {
  return field === undefined ? secretValue(data.value) : getField(fieldsOf(data), field);
}

function unchanged(): SecretError {
  return invalidCandidate("unchanged", "generate returned the value that is current");
}

/** @throws SecretError `CONFIGURATION` that names the ways to say who makes the new value. */
export function noGenerator(key: string): SecretError {
  return new SecretError("CONFIGURATION", {
    key,
    reason: "no-generator",
    detail: "nothing says how to make the new value",
    fix:
      "Pass generate to rotateSecret or to the store's options, or configure the service's own " +
      "rotation; randomSecret() generates for secrets that you alone issue",
  });
}

/** Boxed before a promise holds it: a hook of `async_hooks` is handed every promise. */
async function makeCandidate(
  generate: SecretGenerator,
  input: Parameters<SecretGenerator>[0],
  store: Pick<RotationStore, "accept">,
): Promise<SecretValue> {
  let candidate: SecretInput;
  try {
    const made = generate(input);
    candidate = "then" in Object(made) ? await made : (made as SecretInput);
    throwIfAborted(input.signal);
  } catch (error) {
    throwIfAborted(input.signal);
    throw invalidCandidate("generate-failed", "generate threw an error", error);
  }
  return store.accept(candidate);
}

async function verifyCandidate(
  verify: SecretVerifier,
  candidate: SecretValue,
  signal: Parameters<SecretVerifier>[1]["signal"],
): Promise<void> {
  let verdict: unknown;
  try {
    verdict = await verify(candidate, { signal });
  } catch (error) {
    throwIfAborted(signal);
    throw invalidCandidate("verify-failed", "verify threw an error", error);
  }
  throwIfAborted(signal);
  if (verdict === true || verdict === undefined) return;
  const what = verdict === false ? "false" : `${kindOf(verdict)}, not true`;
  throw invalidCandidate("verify-failed", `verify returned ${what}`);
}

/** A Response of status 401 is an object too: only `response.ok` says that it went well. */
function kindOf(verdict: unknown): string {
  return verdict instanceof Object
    ? "an object"
    : verdict === null
      ? "null"
      : `a ${typeof verdict}`;
}

function invalidCandidate(reason: string, what: string, cause?: unknown): SecretError {
  return new SecretError("INVALID_SECRET", {
    reason,
    detail: `the new value was not accepted: ${what}`,
    fix: "The old value is still current; correct the function and rotate again",
    retryable: SecretError.isInstance(cause) && cause.retryable,
    cause,
  });
}
