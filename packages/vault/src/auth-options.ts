import { invalid, isVaultPath, withoutLastSlash, wrong } from "./invalid-option.js";
import type { VaultAuth } from "./vault-auth.js";
import type { VaultSecretStoreOptions } from "./vault-options.js";

type Check = readonly [expected: string, test: (value: unknown) => boolean];

const isText = (value: unknown) => typeof value === "string" && value !== "";
const text: Check = ["text", isText];
const credential: Check = [
  "text, or a function that returns it",
  (value) => isText(value) || typeof value === "function",
];
const flag: Check = ["true or false", (value) => typeof value === "boolean"];
const mount: Check = [
  'text such as "approle" or "team/approle"',
  (value) => typeof value === "string" && isVaultPath(withoutLastSlash(value)),
];

/** It becomes one segment of the login's path. */
const userName: Check = [
  "a name without / and control characters",
  (value) => typeof value === "string" && /^(?!\.{1,2}$)[^/\p{Cc}]+$/u.test(value),
];

/** Of each method: what it needs, and what it takes beside that. */
interface Fields {
  readonly needs: Readonly<Record<string, Check>>;
  readonly takes: Readonly<Record<string, Check>>;
}

const password: Fields = {
  needs: { username: userName, password: credential },
  takes: { mountPath: mount },
};
const methods: Readonly<Record<VaultAuth["method"], Fields>> = {
  token: { needs: { token: text }, takes: { lookUp: flag } },
  "token-file": { needs: { path: text }, takes: { lookUp: flag } },
  approle: {
    needs: { roleId: credential },
    takes: { secretId: credential, wrappedSecretId: credential, mountPath: mount },
  },
  kubernetes: { needs: { role: text }, takes: { jwt: credential, mountPath: mount } },
  jwt: { needs: { role: text, jwt: credential }, takes: { mountPath: mount } },
  userpass: password,
  ldap: password,
  cert: { needs: {}, takes: { role: text, mountPath: mount } },
  aws: {
    needs: {
      role: text,
      credentials: ["a function that returns them", (value) => typeof value === "function"],
    },
    takes: { region: text, serverId: text, mountPath: mount },
  },
};

/**
 * How to log in, checked and copied.
 *
 * @throws SecretError `CONFIGURATION` that names the field, and quotes nothing.
 */
export function checkAuth({ auth, token }: VaultSecretStoreOptions): VaultAuth {
  if (token !== undefined && auth !== undefined) {
    throw invalid("token and auth are both set", "Pass one of them");
  }
  if (token !== undefined) {
    if (!isText(token)) throw wrong("token", "text");
    return { method: "token", token };
  }
  const chosen: unknown = auth;
  if (typeof chosen !== "object" || chosen === null) {
    throw invalid(
      "nothing says how to log in",
      'Pass token, or auth: { method: "approle", roleId, secretId }, or set VAULT_TOKEN and use fromEnv()',
    );
  }
  const { method, ...fields } = chosen as { method: VaultAuth["method"] } & Record<string, unknown>;
  if (!Object.hasOwn(methods, method ?? "")) {
    throw wrong("auth.method", `one of ${Object.keys(methods).join(", ")}`);
  }
  checkFields(method, fields);
  const { mountPath } = fields;
  const mount = typeof mountPath === "string" && { mountPath: withoutLastSlash(mountPath) };
  return { method, ...fields, ...mount } as VaultAuth;
}

function checkFields(method: VaultAuth["method"], fields: Readonly<Record<string, unknown>>): void {
  const { needs, takes } = methods[method];
  const missing = Object.keys(needs).find((name) => !fields[name]);
  if (missing !== undefined) throw invalid(`auth.${missing} is missing`, `${method} needs it`);
  const checks = { ...needs, ...takes };
  for (const [name, value] of Object.entries(fields)) {
    if (!Object.hasOwn(checks, name)) {
      const shown = /^\w{1,40}$/.test(name) ? `.${name}` : " with such a field";
      const known = Object.keys(checks).join(", ");
      throw invalid(`there is no auth${shown} of ${method}`, `It takes method, ${known}`);
    }
    const [expected, test] = checks[name] as Check;
    if (value !== undefined && !test(value)) throw wrong(`auth.${name}`, expected);
  }
  if (fields.secretId !== undefined && fields.wrappedSecretId !== undefined) {
    throw invalid("auth.secretId and auth.wrappedSecretId are both set", "Pass one of them");
  }
}
