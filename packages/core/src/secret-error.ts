import { scrubCause } from "./scrub-cause.js";

/** What went wrong. The list is closed: a `switch` over it can be exhaustive. */
export type SecretErrorCode =
  | "NOT_FOUND"
  | "AUTHENTICATION_FAILED"
  | "PERMISSION_DENIED"
  | "THROTTLED"
  | "BACKEND_UNAVAILABLE"
  | "CONFLICT"
  | "INVALID_KEY"
  | "INVALID_SECRET"
  | "NOT_SUPPORTED"
  | "CONFIGURATION"
  | "CLOSED"
  | "UNKNOWN";

/** The words that a message starts with, and what to do when the thrower knows nothing better. */
const texts: Readonly<Record<SecretErrorCode, readonly [words: string, fix: string]>> = {
  NOT_FOUND: [
    "Secret not found",
    "Check the key, the store's prefix, mount or region, and that the secret exists there",
  ],
  AUTHENTICATION_FAILED: [
    "Authentication failed",
    "Check that the store's credentials are valid and have not expired",
  ],
  PERMISSION_DENIED: [
    "Permission denied",
    "Grant this identity access to the key, or use another identity",
  ],
  THROTTLED: ["Throttled", "Read less often (a cache helps), or raise the backend's quota"],
  BACKEND_UNAVAILABLE: [
    "Backend unavailable",
    "Check that the service runs and can be reached from here, then try again",
  ],
  CONFLICT: ["Conflict", "Read the secret again and repeat the change on what it holds now"],
  INVALID_KEY: [
    "Invalid secret key",
    'Use segments of letters, digits and _+=.@- joined by "/", such as "openai/api_key"',
  ],
  INVALID_SECRET: ["Invalid secret", "Check the value that is stored or was passed"],
  NOT_SUPPORTED: [
    "Not supported",
    "Check the store's capabilities, or use a store that declares this one",
  ],
  CONFIGURATION: ["Invalid configuration", "Correct the named option"],
  CLOSED: ["Store is closed", "Use the store before close(), or make a new one"],
  UNKNOWN: ["Unexpected error", "If it repeats, report it to the store's authors"],
};

const retryableCodes: ReadonlySet<SecretErrorCode> = new Set(["THROTTLED", "BACKEND_UNAVAILABLE"]);

/** Errors about one secret: their message names its key. */
const keyedCodes: ReadonlySet<SecretErrorCode> = new Set([
  "NOT_FOUND",
  "PERMISSION_DENIED",
  "CONFLICT",
  "INVALID_SECRET",
]);

const mark = Symbol.for("llm-orchestrator.secrets.SecretError");

/** What a {@link SecretError} is made of. No field may hold a value, a token or a credential. */
export interface SecretErrorOptions {
  /** The key that the call was about. */
  readonly key?: string | undefined;
  /** Name of the store that answered. */
  readonly store?: string | undefined;
  /** Finer than the code, stable, kebab-case: `"deleted"`, `"missing-field"`, `"sealed"`. */
  readonly reason?: string | undefined;
  /** What happened, without a full stop. Default: the reason. */
  readonly detail?: string | undefined;
  /** What to do next, without a full stop. Default: a sentence for the code. */
  readonly fix?: string | undefined;
  /** Whether the same call may succeed later. Default: true for throttled and unavailable. */
  readonly retryable?: boolean | undefined;
  /** Kept when it is a SecretError; of anything else only a safe name and code are kept. */
  readonly cause?: unknown;
  /** The errors behind this one, by name (see `requireSecrets`). */
  readonly errors?: Readonly<Record<string, SecretError>> | undefined;
}

/**
 * The one error class of every store: `code` says what happened, `message` also says what to do.
 * It never holds a secret's value, a token, a response or a third party's error.
 *
 * @example
 * ```ts
 * import { SecretError } from "@llm-orchestrator/secrets-core";
 *
 * const handle = (error: unknown): string => {
 *   if (!SecretError.isInstance(error)) throw error;
 *   return error.code === "NOT_FOUND" ? `no such secret: ${error.key}` : error.message;
 * };
 * ```
 */
export class SecretError extends Error {
  readonly code: SecretErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  declare readonly key?: string;
  declare readonly store?: string;
  /** Finer than the code. */
  declare readonly reason?: string;
  /** The errors behind this one, by name. */
  declare readonly errors?: Readonly<Record<string, SecretError>>;
  /** What happened. */
  declare readonly detail: string | undefined;
  /** What to do next. */
  declare readonly fix: string;

  constructor(code: SecretErrorCode, options: SecretErrorOptions = {}) {
    const [words, defaultFix] = texts[code] ?? texts.UNKNOWN; // a newer copy of core may know more
    const { detail, fix = defaultFix } = options;
    const what = whatHappened(code, options);
    super(`${words}${what ? `: ${what}` : ""}. ${fix}.`);
    this.code = code;
    this.retryable = options.retryable ?? retryableCodes.has(code);
    for (const name of ["key", "store", "reason", "errors"] as const) {
      if (options[name] !== undefined) Object.assign(this, { [name]: options[name] });
    }
    const cause = scrubCause(options.cause, isSecretError);
    // Not enumerable: the message has said it already when the error is printed.
    Object.defineProperties(this, { fix: { value: fix }, detail: { value: detail } });
    if (cause !== undefined) Object.defineProperty(this, "cause", { value: cause });
  }

  /** True for a SecretError of any installed copy of core. */
  static isInstance(error: unknown): error is SecretError {
    return isSecretError(error);
  }

  /** The same error about another key or store: a wrapper shows its caller the caller's key. */
  static rewrite(
    error: SecretError,
    changes: { readonly key?: string | undefined; readonly store?: string | undefined },
  ): SecretError {
    return rewrite(error, changes);
  }

  toJSON(): object {
    const { name, message } = this;
    return Object.assign({ name, message }, this);
  }
}

// Functions, since a class that names itself is bundled, and then printed, as `_SecretError`.

function isSecretError(error: unknown): error is SecretError {
  try {
    return typeof error === "object" && error !== null && mark in error;
  } catch {
    return false; // a revoked proxy
  }
}

function rewrite(error: SecretError, changes: SecretErrorOptions): SecretError {
  const { detail, fix, cause } = error;
  const rewritten = new SecretError(error.code, { ...error, detail, fix, cause, ...changes });
  let stack: string | undefined; // formatted when somebody looks: most errors are only handled
  Object.defineProperty(rewritten, "stack", {
    get() {
      stack ??= `${rewritten.name}: ${rewritten.message}${framesOf(error)}`;
      return stack;
    },
    set(value: string) {
      stack = value;
    },
    configurable: true,
  });
  return rewritten;
}

/** Where the error was made, without its message. */
function framesOf({ stack = "", name, message }: SecretError): string {
  const header = `${name}: ${message}`;
  return stack.startsWith(header) ? stack.slice(header.length) : "";
}

/** "database/password (deleted)" where the key is the point, else "token expired". */
function whatHappened(code: SecretErrorCode, options: SecretErrorOptions): string | undefined {
  const { key, detail, reason } = options;
  if (key === undefined || !keyedCodes.has(code)) return detail ?? key;
  const more = detail ?? (reason === "absent" ? undefined : reason);
  return more === undefined ? key : `${key} (${more})`;
}

Object.defineProperties(SecretError.prototype, {
  name: { value: "SecretError", configurable: true, writable: true },
  [mark]: { value: true },
});
