import type { SecretError, SecretStoreUrl } from "@llm-orchestrator/secrets-core";
import { configurationError } from "./configuration-error.js";

const maxLength = 2048;

/** Scheme, host where there is "//", path, query. Only run on text that passed {@link checkText}. */
const shape = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/i;
const hostShape = /^(?:[\w-]+(?:\.[\w-]+)*|\[[0-9A-Fa-f:.]+\])(?::([1-9]\d{0,4}))?$/;
const parameterName = /^[A-Za-z][\w.-]{0,63}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/;

const writeOtherwise =
  "Write it as scheme://host:port/path?name=value, percent-encoding what is not plain ASCII";

/** Looked for in the raw text, because a parser would normalise or quote what it finds. */
const textFaults: readonly (readonly [RegExp, string])[] = [
  [/[^\u0021-\u007e]/, "holds a space, a control character or one outside ASCII"],
  [/\\/, "holds a backslash"],
  [/#/, "has a fragment, which no store reads"],
  [/%(?![0-9A-Fa-f]{2})/, "holds a % that is no percent-encoding"],
];

/** Compared in lower case and without - and _. */
const credentialParameters: ReadonlySet<string> = new Set([
  ...["token", "password", "passwd", "pwd", "passphrase", "secret", "secretid", "apikey"],
  ...["accesskey", "accesskeyid", "secretkey", "secretaccesskey", "sessiontoken", "credentials"],
]);

/**
 * Takes a store's URL apart by hand: the platform's parser quotes the text in its error and
 * silently removes `..`. The text itself, which may hold a credential by mistake, is in no error.
 *
 * @throws SecretError `CONFIGURATION` (`url-syntax`, `url-credentials`).
 */
export function parseStoreUrl(text: unknown): SecretStoreUrl {
  try {
    return parse(text);
  } finally {
    /^/.test(""); // a match leaves the text in RegExp.input, for everybody to read
  }
}

function parse(text: unknown): SecretStoreUrl {
  checkText(text);
  const [, scheme, authority, path, query] = shape.exec(text) ?? [];
  if (scheme === undefined || path === undefined) throw syntaxError("has no scheme");
  checkCredentials(authority, path);
  return Object.freeze({
    scheme: scheme.toLowerCase(),
    host: parseHost(authority ?? ""),
    path: authority === undefined ? parseOwnPath(path) : parsePath(path),
    parameters: parseParameters(query ?? ""),
  });
}

function checkText(text: unknown): asserts text is string {
  if (typeof text !== "string") throw syntaxError("is not a string");
  if (text.length > maxLength) throw syntaxError(`is longer than ${maxLength} characters`);
  for (const [pattern, fault] of textFaults) if (pattern.test(text)) throw syntaxError(fault);
}

function checkCredentials(authority: string | undefined, path: string): void {
  const inAuthority = (authority ?? path.split("/", 1)[0] ?? "").includes("@");
  const inPath = path.split("/").some((segment) => /:.*@/.test(segment));
  if (inAuthority || inPath) throw credentialsError();
}

function parseHost(authority: string): string {
  if (authority === "") return "";
  const match = hostShape.exec(authority);
  if (!match) throw syntaxError("has a host that is no host name, IP address or host:port");
  if (Number(match[1] ?? 0) > 65_535) throw syntaxError("has a port above 65535");
  return authority;
}

/** Without "//" a path may say that it goes from the working folder: `file:./secrets.age`. */
function parseOwnPath(path: string): readonly string[] {
  if (!path.startsWith("./")) return parsePath(path);
  const below = path.slice(2);
  if (below === "" || below.startsWith("/")) throw syntaxError("has an empty path segment");
  return Object.freeze([".", ...parsePath(below)]);
}

function parsePath(path: string): readonly string[] {
  const segments = path.replace(/^\//, "").replace(/\/$/, "").split("/");
  if (segments.length === 1 && segments[0] === "") {
    if (path.length > 1) throw syntaxError("has an empty path segment");
    return Object.freeze([]);
  }
  return Object.freeze(segments.map(parseSegment));
}

/** No decoded segment may change what another parser sees: `/`, `\` and `%` are refused in it. */
function parseSegment(raw: string): string {
  const segment = decode(raw);
  if (segment === "") throw syntaxError("has an empty path segment");
  if (segment === "." || segment === "..") throw syntaxError('has a "." or ".." path segment');
  if (/[/\\%]/.test(segment)) throw syntaxError("has an encoded /, \\ or % in its path");
  return segment;
}

function parseParameters(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  if (query === "") return parameters;
  for (const pair of query.split("&")) {
    const [, name, value] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined || !parameterName.test(name)) {
      throw syntaxError("has a parameter that is not name=value");
    }
    if (credentialParameters.has(name.toLowerCase().replace(/[-_]/g, ""))) throw credentialsError();
    if (parameters.has(name)) throw syntaxError("has a parameter twice");
    parameters.set(name, decode(value));
  }
  return parameters;
}

/** Decodes once. A plus sign stays one. */
function decode(raw: string): string {
  let text: string;
  try {
    text = decodeURIComponent(raw);
  } catch {
    throw syntaxError("holds a percent-encoding that is not UTF-8");
  }
  if (control.test(text)) throw syntaxError("holds an encoded control character");
  return text;
}

function syntaxError(fault: string): SecretError {
  return configurationError(`the URL ${fault}`, writeOtherwise, "url-syntax");
}

function credentialsError(): SecretError {
  return configurationError(
    "the URL holds a credential",
    "Take it out (URLs end up in logs), and pass it by withConfig() or the backend's variables",
    "url-credentials",
  );
}
