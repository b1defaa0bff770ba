import { SecretError } from "@llm-orchestrator/secrets-core";
import type { AuthFailure } from "./auth-failure.js";
import type { FetchFunction } from "./fetch-function.js";

export interface SecretFetchOptions {
  /**
   * Where the key may go: origins or base URLs, `"https://api.groq.com"`. There is no default. A
   * request to any other place is refused before anything is sent.
   */
  readonly origin: string | URL | readonly (string | URL)[];
  /** One field of a secret that is a JSON object. */
  readonly field?: string | undefined;
  /** Which responses refuse the key. Statuses below 400 never do. Default: status 401. */
  readonly authFailure?: AuthFailure | undefined;
  /** What sends. Default: the platform's `fetch`, looked up at each call. It sees the key. */
  readonly fetch?: FetchFunction | undefined;
  /** Lets the key go over plain HTTP to other machines. `http:` on this machine always may. */
  readonly dangerouslyAllowPlainHttp?: boolean | undefined;
}

export interface FetchSettings {
  readonly origins: ReadonlySet<string>;
  readonly field: string | undefined;
  readonly authFailure: AuthFailure;
  readonly fetch: FetchFunction | undefined;
}

const names = ["origin", "field", "authFailure", "fetch", "dangerouslyAllowPlainHttp"];
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** @throws SecretError `CONFIGURATION` that names the option and the fix. */
export function checkFetchOptions(options: SecretFetchOptions): FetchSettings {
  if (typeof options !== "object" || options === null) {
    throw wrong("the options are not an object", "Pass { origin } at least");
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const shown = /^\w{1,40}$/.test(unknown) ? ` "${unknown}"` : " of that name";
    throw wrong(`there is no option${shown}`, `It takes ${names.join(", ")}`);
  }
  const { origin, field, authFailure = [401], fetch } = options;
  const isFailure =
    typeof authFailure === "function" ||
    (Array.isArray(authFailure) && authFailure.every(isErrorStatus));
  if (!isFailure) {
    throw wrong("authFailure is of the wrong kind", "Pass statuses from 400 on, or a function");
  }
  if (fetch !== undefined && typeof fetch !== "function") {
    throw wrong("fetch is not a function", "Leave it out to use the platform's");
  }
  if (field !== undefined && (typeof field !== "string" || field === "")) {
    throw wrong("field is not a name", "Leave it out, or name a field of the JSON object");
  }
  const isPlainHttpAllowed = options.dangerouslyAllowPlainHttp === true;
  return { origins: checkOrigins(origin, isPlainHttpAllowed), field, authFailure, fetch };
}

function isErrorStatus(status: unknown): boolean {
  return Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 999;
}

function checkOrigins(origin: unknown, isPlainHttpAllowed: boolean): ReadonlySet<string> {
  const given: readonly unknown[] = Array.isArray(origin) ? origin : [origin];
  if (origin === undefined || given.length === 0) {
    throw wrong(
      "origin is missing, so that nobody knows where the key may go",
      'Pass the API\'s origin, such as { origin: "https://api.openai.com" }',
    );
  }
  return new Set(given.map((each) => checkOrigin(each, isPlainHttpAllowed)));
}

/** The text is not quoted: a URL may hold a password. */
function checkOrigin(given: unknown, isPlainHttpAllowed: boolean): string {
  const text = given instanceof URL ? given.href : given;
  const url = typeof text === "string" ? parse(text) : undefined;
  if (!url || !["https:", "http:"].includes(url.protocol) || url.username || url.password) {
    throw wrong("origin is no web origin", 'Pass text such as "https://api.openai.com"');
  }
  const isSafe = url.protocol === "https:" || loopback.test(url.hostname) || isPlainHttpAllowed;
  if (isSafe) return url.origin;
  throw wrong(
    "origin is plain http on another machine, where everybody on the way can read the key",
    "Use https, or set dangerouslyAllowPlainHttp: true",
  );
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function wrong(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", {
    reason: "bad-argument",
    detail: `a secret fetch cannot be made: ${detail}`,
    fix,
  });
}
