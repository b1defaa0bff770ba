import { type Environment, SecretError } from "@llm-orchestrator/secrets-core";

/** Where an `EnvSecretStore` looks, and what it may do. */
export interface EnvSecretStoreOptions {
  /** Who answered, in secrets, errors and audit events. Default `"env"`. */
  readonly name?: string | undefined;
  /** Goes before each variable as it is: `"APP_"`. Letters, digits and `_`. Default `""`. */
  readonly prefix?: string | undefined;
  /** The variables, looked up at each call. Default: what `process.env` is at that time. */
  readonly environment?: Environment | undefined;
  /** One or more `.env` files; the first that sets a variable wins. Each must exist. */
  readonly dotenv?: string | readonly string[] | undefined;
  /** A folder of files, one secret each, such as `/run/secrets`. It must exist. */
  readonly folder?: string | undefined;
  /** Lets `putSecret` and `deleteSecret` change the variables of this process. Default false. */
  readonly writable?: boolean | undefined;
  /** Lets several keys stand for one variable. Default false. */
  readonly allowCollisions?: boolean | undefined;
}

type Check = readonly [expected: string, test: (value: unknown) => boolean];

const isPath = (value: unknown) =>
  typeof value === "string" && value !== "" && !value.includes("\0");
const isBoolean = (value: unknown) => typeof value === "boolean";
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const checks: Readonly<Record<keyof EnvSecretStoreOptions, Check>> = {
  name: ["text of at least one character", (value) => typeof value === "string" && value !== ""],
  prefix: [
    "letters, digits and _",
    (value) => typeof value === "string" && /^[A-Za-z0-9_]{0,256}$/.test(value),
  ],
  environment: ["an object of strings, such as process.env", isObject],
  dotenv: [
    "the path of a .env file, or an array of paths",
    (value) => (Array.isArray(value) ? value.every(isPath) : isPath(value)),
  ],
  folder: ["the path of a folder", isPath],
  writable: ["true or false", isBoolean],
  allowCollisions: ["true or false", isBoolean],
};

/** @throws SecretError `CONFIGURATION` that names the option and what it takes. */
export function checkEnvOptions(options: unknown): asserts options is EnvSecretStoreOptions {
  if (!isObject(options)) throw refuse("the options are not an object", "Pass { prefix: … }");
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) throw unknownName("option", name);
    const [expected, test] = checks[name as keyof EnvSecretStoreOptions];
    if (value === undefined || test(value)) continue;
    throw refuse(`the option ${name} is of the wrong kind`, `Pass ${expected}`);
  }
  const { writable, environment } = options as EnvSecretStoreOptions;
  if (writable && environment && !Object.isExtensible(environment)) {
    throw refuse(
      "the option writable needs an environment that can be changed, and this one is frozen",
      "Pass a plain object as environment, or leave out writable",
    );
  }
}

/** `CONFIGURATION` for a name that does not exist. It is shown only when it looks like one. */
export function unknownName(what: "option" | "parameter", name: string): SecretError {
  const shown = /^\w{1,40}$/.test(name) ? ` "${name}"` : "";
  const known = Object.keys(checks).filter((each) => what === "option" || isParameter(each));
  return refuse(`env has no ${what}${shown}`, `It takes ${known.join(", ")}`);
}

/** Options that a URL can give: those that are text or a switch. */
export function isParameter(name: string): boolean {
  return Object.hasOwn(checks, name) && name !== "environment" && name !== "name";
}

export function refuse(detail: string, fix: string): SecretError {
  return new SecretError("CONFIGURATION", { reason: "bad-argument", detail, fix });
}
