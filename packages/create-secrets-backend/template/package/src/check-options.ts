import { SecretError } from "@llm-orchestrator/secrets-core";
import type { MyServiceOptions } from "./options.js";

type Check = readonly [expected: string, test: (value: unknown) => boolean];

const checks: Readonly<Record<keyof MyServiceOptions, Check>> = {
  address: ["an address such as https://secrets.example:8200", isAddress],
  token: ["a token of printable ASCII", isToken],
  name: ["text of at least one character", (value) => typeof value === "string" && value !== ""],
  timeoutMs: ["whole milliseconds above 0", isCount],
};

/**
 * Options come from code, a URL or the environment, so types prove nothing here.
 *
 * @throws SecretError `CONFIGURATION` that names the option, and never shows its value.
 */
export function checkOptions(options: unknown): asserts options is MyServiceOptions {
  const given: object = typeof options === "object" && options !== null ? options : {};
  for (const name of Object.keys({ address: "", token: "", ...given })) {
    if (!Object.hasOwn(checks, name)) throw unknownOption(name);
    const [expected, test] = checks[name as keyof MyServiceOptions];
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined && name !== "address" && name !== "token") continue;
    if (test(value)) continue;
    throw invalid(`the option ${name} is missing or of the wrong kind`, `Pass ${expected}`);
  }
}

/** A mistake that the application's author mends. `detail` and `fix` hold no full stop. */
export function invalid(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}

/** The name is shown only when it looks like one: a value may stand there by mistake. */
function unknownOption(name: string): SecretError {
  const shown = /^\w{1,40}$/.test(name) ? ` "${name}"` : "";
  const known = Object.keys(checks).join(", ");
  return invalid(`my-service has no option${shown}`, `It takes ${known}`);
}

/** Without user, password, path or query: those would end up in every request. */
function isAddress(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, origin, href } = new URL(value);
  return (protocol === "https:" || protocol === "http:") && href === `${origin}/`;
}

/** What can stand in a header. No pattern: it would leave the token in `RegExp.input`. */
function isToken(value: unknown): boolean {
  if (typeof value !== "string" || value === "") return false;
  return [...value].every((character) => character > " " && character <= "~");
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
