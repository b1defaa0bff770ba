import { SecretError, type SecretErrorCode } from "@llm-orchestrator/secrets-core";

/** What went wrong, before it is known which secret was meant. */
interface Fault {
  readonly code: SecretErrorCode;
  readonly reason?: string | undefined;
  /** What happened. Never a text of the service: it may repeat what was sent. */
  readonly detail: string;
  readonly fix?: string | undefined;
}

type Rows = Readonly<Record<string, Fault>>;

const credentials = "Check the credentials that the process has, and its clock";
const timeout: Fault = {
  ...{ code: "BACKEND_UNAVAILABLE", reason: "timeout", detail: "AWS did not answer in time" },
};
const badParameter: Fault = {
  ...{ code: "INVALID_SECRET", reason: "refused", detail: "AWS refuses a value of the request" },
  fix: "Check value, tags and options against the limits of Secrets Manager",
};
const denied: Fault = {
  ...{ code: "PERMISSION_DENIED", detail: "AWS does not allow it" },
  fix: "Grant the action of this operation (README, Permissions), or check the key policy of KMS",
};
const throttled: Fault = { code: "THROTTLED", detail: "AWS takes no more requests now" };
const down: Fault = { code: "BACKEND_UNAVAILABLE", reason: "server", detail: "AWS has a fault" };
const kms: Fault = {
  ...{ code: "PERMISSION_DENIED", reason: "kms", detail: "KMS does not let the key be used" },
  fix: "Grant kms:Decrypt and kms:GenerateDataKey on the secret's key, and see that it is enabled",
};
const refused = (reason: string, detail: string): Fault => ({
  ...{ code: "AUTHENTICATION_FAILED", reason, detail, fix: credentials },
});
/** Also where the clock is wrong: only the message tells the two apart. */
const badSignature = refused("bad-credentials", "AWS does not accept the signature");
const noCredentials: Fault = {
  ...{ code: "AUTHENTICATION_FAILED", reason: "no-credentials", detail: "no credentials" },
  fix:
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role, or pass credentials; an " +
    "SSO session may need aws sso login",
};

/** By the name of the error, as AWS's API reference and the SDK give it. Its message says nothing. */
const faults: Rows = {
  ResourceNotFoundException: { code: "NOT_FOUND", reason: "absent", detail: "" },
  ResourceExistsException: { code: "CONFLICT", reason: "exists", detail: "it exists already" },
  PreconditionNotMetException: { code: "CONFLICT", detail: "the state of the secret has changed" },
  InvalidParameterException: badParameter,
  ValidationException: badParameter,
  ValidationError: badParameter,
  RequestEntityTooLargeException: badParameter,
  LimitExceededException: {
    ...{ code: "INVALID_SECRET", reason: "limit-exceeded", detail: "a quota of AWS is used up" },
    fix: "Write less often than once in ten minutes for long, or ask AWS for a higher quota",
  },
  EncryptionFailure: kms,
  DecryptionFailure: kms,
  InternalServiceError: down,
  AccessDeniedException: denied,
  AccessDenied: denied,
  NotAuthorized: denied,
  UnrecognizedClientException: refused("bad-credentials", "AWS does not know the access key"),
  InvalidClientTokenId: refused("bad-credentials", "AWS does not know the access key"),
  InvalidSignatureException: badSignature,
  SignatureDoesNotMatch: badSignature,
  IncompleteSignature: refused("bad-credentials", "the request was not signed as it should be"),
  IncompleteSignatureException: refused("bad-credentials", "the signature is not complete"),
  MissingAuthenticationToken: refused("bad-credentials", "the request was not signed"),
  MissingAuthenticationTokenException: refused("bad-credentials", "the request was not signed"),
  ExpiredTokenException: refused("expired", "the credentials have expired"),
  ExpiredToken: refused("expired", "the credentials have expired"),
  RequestExpired: refused("clock-skew", "the clock of this machine is wrong"),
  RequestTimeTooSkewed: refused("clock-skew", "the clock of this machine is wrong"),
  RequestInTheFuture: refused("clock-skew", "the clock of this machine is wrong"),
  CredentialsProviderError: noCredentials,
  TokenProviderError: noCredentials,
  TimeoutError: timeout,
  RequestTimeoutException: timeout,
};
for (const name of [
  ...["ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"],
  ...["ThrottledException", "RequestThrottled", "RequestThrottledException", "SlowDown"],
]) {
  (faults as Record<string, Fault>)[name] = throttled;
}

const tls =
  /^(?:CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO$)/;
const network = /^(?:E[A-Z]{4,}|EAI_[A-Z]+|UND_ERR_\w+)$/;

/** What is read of an error of the SDK. Shape, not class: two copies of the SDK have two classes. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly requestId?: unknown };
}

/** @returns A {@link SecretError} that holds nothing of the SDK's error but names, status and id. */
export function toAwsError(error: unknown): SecretError {
  if (SecretError.isInstance(error)) return error;
  const { code, reason, detail, fix } = faultOf((error ?? {}) as SdkError);
  const id = requestIdOf((error ?? {}) as SdkError);
  const what = [detail, id === undefined ? "" : `request ${id}`].filter(Boolean).join(", ");
  const shown = reason === "absent" ? undefined : what; // "not found: key" says it
  return new SecretError(code, { reason, detail: shown, fix, cause: error });
}

/** One error of a batch: the code of AWS, and a message. */
export function toItemError(code: unknown, message: unknown): SecretError {
  return toAwsError({ name: code, message });
}

export function attemptsOf(result: unknown): number {
  const { $metadata } = (result ?? {}) as { $metadata?: { attempts?: unknown } };
  return typeof $metadata?.attempts === "number" ? $metadata.attempts : 1;
}

/** New credentials may help: of a caller's function, or of the chain. */
export function isRefusedCredential({ code, reason }: SecretError): boolean {
  return code === "AUTHENTICATION_FAILED" && reason !== "no-credentials" && reason !== "clock-skew";
}

function faultOf(error: SdkError): Fault {
  const name = text(error.name);
  if (name === "InvalidRequestException") return ofState(text(error.message));
  if (name === "InvalidParameterException" && isAboutReplica(text(error.message))) return replica;
  // The SDK gives a broken connection the name of a timeout.
  if (name === "TimeoutError" && /^(?:ECONN|EPIPE)/.test(text(error.code))) return byCode(error);
  if (Object.hasOwn(faults, name)) return faults[name] as Fault;
  return byStatus(error.$metadata?.httpStatusCode) ?? byCode(error);
}

/** One class for every state that does not allow the operation: only the message tells which. */
function ofState(message: string): Fault {
  if (/delet/i.test(message)) {
    return {
      ...{ code: "NOT_FOUND", reason: "pending-deletion", detail: "it is going to be deleted" },
      fix: 'Bring it back with restoreSecret, or put with the store\'s onPendingDeletion: "restore"',
    };
  }
  if (isAboutReplica(message)) return replica;
  return {
    ...{ code: "CONFLICT", reason: "state", detail: "the secret's state does not allow it" },
    fix: "See its rotation, replicas and owning service with describeSecret",
  };
}

const replica: Fault = {
  ...{ code: "NOT_SUPPORTED", reason: "replica", detail: "a replica, or a secret that has some" },
  fix: "Write in the primary region; before deleting a secret end its replicas",
};

function isAboutReplica(message: string): boolean {
  return /replica/i.test(message);
}

function byStatus(status: unknown): Fault | undefined {
  if (typeof status !== "number") return undefined;
  if (status === 429) return throttled;
  if (status === 408) return timeout;
  if (status === 403) return denied;
  if (status === 401) return refused("bad-credentials", "AWS does not accept the credentials");
  if (status >= 500) return down;
  if (status === 200) return { ...down, reason: "malformed", detail: "the answer is not whole" };
  return undefined;
}

function byCode({ code, message }: SdkError): Fault {
  const known = text(code);
  if (/^Region (?:is missing|not accepted)/.test(text(message))) {
    return {
      ...{ code: "CONFIGURATION", reason: "no-region", detail: "no region" },
      fix: 'Pass region: "us-east-1", or set AWS_REGION',
    };
  }
  if (tls.test(known)) {
    return {
      ...{
        code: "CONFIGURATION",
        reason: "tls",
        detail: "the endpoint's certificate is not trusted",
      },
      fix: "Check the endpoint, and name your CA with NODE_EXTRA_CA_CERTS",
    };
  }
  if (network.test(known)) {
    return { code: "BACKEND_UNAVAILABLE", reason: "network", detail: "AWS cannot be reached" };
  }
  return { code: "UNKNOWN", detail: "the AWS SDK gave an error that is not known" };
}

function requestIdOf({ $metadata }: SdkError): string | undefined {
  const id = text($metadata?.requestId);
  return /^[0-9a-fA-F-]{16,64}$/.test(id) ? id : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
