import type { AwsSecretStoreOptions } from "./aws-options.js";
import { checkEndpoint } from "./endpoint.js";
import { invalid, threw, wrong } from "./invalid-option.js";

type Options = AwsSecretStoreOptions;
type Name = Exclude<keyof Options, "defaults">;

/** By an option that may be a default: those that, when they are given, say otherwise. */
const contradictions: Readonly<Partial<Record<Name, readonly Name[]>>> = {
  region: ["regions"],
  regions: ["region"],
  credentials: ["profile", "client"],
  profile: ["credentials", "client"],
  assumeRole: ["client"],
  endpoint: ["client"],
};

/**
 * The options, read once: what a getter says later, or the caller does to them, changes nothing. Where
 * they say nothing, their `defaults`.
 *
 * @throws SecretError `CONFIGURATION`
 */
export function takeOptions(given: Options): Options {
  if (typeof given !== "object" || given === null) throw wrong("options", "an object");
  const { defaults, ...own } = copyOf(given);
  if (defaults === undefined) return guarded(own);
  if (typeof defaults !== "object" || defaults === null) throw wrong("defaults", "an object");
  const applying = Object.entries(copyOf(defaults)).filter(([name]) => {
    const others = contradictions[name as Name] ?? [];
    return [name as Name, ...others].every((other) => own[other] === undefined);
  });
  return guarded({ ...own, ...Object.fromEntries(applying) });
}

function copyOf(options: Options): Options {
  try {
    const { regions, credentials, assumeRole, ...rest } = options;
    return {
      ...rest,
      ...(regions !== undefined && { regions: Array.isArray(regions) ? [...regions] : regions }),
      ...(credentials !== undefined && { credentials: copyOfObject(credentials) }),
      ...(assumeRole !== undefined && { assumeRole: copyOfObject(assumeRole) }),
    };
  } catch {
    throw invalid("an option cannot be read", "Pass an object of plain values");
  }
}

function copyOfObject<T>(value: T): T {
  return typeof value === "object" && value !== null ? { ...value } : value;
}

/** What the caller's function throws or returns may be anything. */
function guarded(options: Options): Options {
  const { endpoint, dangerouslyAllowPlainHttp } = options;
  if (typeof endpoint !== "function") return options;
  const check = (region: string) => {
    const found = threw("endpoint", () => endpoint(region));
    checkEndpoint(found, dangerouslyAllowPlainHttp === true);
    return found;
  };
  return { ...options, endpoint: check };
}
