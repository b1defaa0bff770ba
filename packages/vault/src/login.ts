import { SecretError } from "@llm-orchestrator/secrets-core";
import type { Operation } from "./node-vault.js";
import { encodePath } from "./secret-path.js";
import { type Meaning, toError } from "./status-map.js";
import type { Credential, VaultAuth } from "./vault-auth.js";
import { bodyOf, record } from "./vault-reply.js";
import type { Outcome, VaultSession } from "./vault-session.js";

/** A token and what is known of its life. */
export interface Lease {
  readonly token: string;
  /** Seconds from `obtainedAt`; 0: it does not end by itself. */
  readonly ttlSeconds: number;
  readonly isRenewable: boolean;
  /** `performance.now()` */
  readonly obtainedAt: number;
  /** This store logged in for it, and may revoke it. */
  readonly isOwn: boolean;
}

const serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** Gets a token by whatever method was chosen. */
export async function logIn(
  auth: VaultAuth,
  session: VaultSession,
  signal: AbortSignal | undefined,
): Promise<Lease> {
  switch (auth.method) {
    case "token":
      return handed(auth.token);
    case "token-file":
      return handed(await readText(auth.path));
    default: {
      const operation = await loginOperation(auth, session, signal);
      const outcome = await session.send(operation, {
        ...{ signal, token: undefined, isRepeatable: true, below: "auth" },
      });
      return toLease(asRefusal(outcome), "auth");
    }
  }
}

/** Whatever a login is refused with, it is the login: a locked user is 403, a bad role 400. */
function asRefusal(outcome: Outcome): Outcome {
  const { meaning, reply } = outcome;
  const isRefused = meaning && reply && [400, 403].includes(reply.status);
  if (!isRefused || meaning.code === "AUTHENTICATION_FAILED") return outcome;
  if (meaning.code === "CONFIGURATION") return outcome;
  const refusal: Meaning = {
    ...{ code: "AUTHENTICATION_FAILED", reason: "login-refused" },
    detail: "the server refused the login",
    fix: "Check the credentials and the role of the login",
  };
  return { reply, meaning: refusal };
}

type LoginMethod = Exclude<VaultAuth, { method: "token" | "token-file" }>;

async function loginOperation(
  auth: LoginMethod,
  session: VaultSession,
  signal: AbortSignal | undefined,
): Promise<Operation> {
  const mount = encodePath(auth.mountPath ?? auth.method);
  const at = (path: string, json: object): Operation => ({
    ...{ method: "POST", path: `auth/${mount}/${path}`, json },
  });
  switch (auth.method) {
    case "approle": {
      const secretId = await secretIdOf(auth, session, signal);
      const role = { role_id: await reveal(auth.roleId) };
      return at("login", secretId === undefined ? role : { ...role, secret_id: secretId });
    }
    case "kubernetes": {
      const jwt = await reveal(auth.jwt ?? (() => readText(serviceAccountToken)));
      return at("login", { role: auth.role, jwt });
    }
    case "jwt":
      return at("login", { role: auth.role, jwt: await reveal(auth.jwt) });
    case "userpass":
    case "ldap":
      return at(`login/${encodePath(auth.username)}`, { password: await reveal(auth.password) });
    case "cert":
      return at("login", auth.role === undefined ? {} : { name: auth.role });
    case "aws": {
      const { signedIdentity } = await import("./aws-identity.js");
      return at("login", { role: auth.role, ...(await signedIdentity(auth)) });
    }
  }
}

/** A wrapping token is used once: what it held is then kept for further logins. */
const unwrapped = new WeakMap<object, string>();

async function secretIdOf(
  auth: Extract<VaultAuth, { method: "approle" }>,
  session: VaultSession,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (auth.wrappedSecretId === undefined) {
    return auth.secretId === undefined ? undefined : reveal(auth.secretId);
  }
  const known = unwrapped.get(auth);
  if (known !== undefined) return known;
  const outcome = await session.send(
    { method: "POST", path: "sys/wrapping/unwrap", json: {} },
    {
      ...{ signal, isRepeatable: false, below: "sys/wrapping" },
      token: await reveal(auth.wrappedSecretId),
    },
  );
  if (outcome.meaning || !outcome.reply) throw failed(outcome);
  const { secret_id: secretId } = record(bodyOf(outcome.reply).data);
  if (typeof secretId !== "string") throw malformed("an unwrapped secret-id");
  unwrapped.set(auth, secretId);
  return secretId;
}

function handed(token: string): Lease {
  return { token, ttlSeconds: 0, isRenewable: false, obtainedAt: performance.now(), isOwn: false };
}

/** The token in a login's or a renewal's answer. */
export function toLease(outcome: Outcome, part: "auth", known?: Lease): Lease {
  if (outcome.meaning || !outcome.reply) throw failed(outcome);
  const auth = record(bodyOf(outcome.reply)[part]);
  const { client_token: token = known?.token, lease_duration: ttl, renewable } = auth;
  if (typeof token !== "string" || token === "") throw malformed("a token");
  return {
    token,
    ttlSeconds: typeof ttl === "number" ? ttl : 0,
    isRenewable: renewable === true,
    obtainedAt: performance.now(),
    isOwn: known?.isOwn ?? true,
  };
}

export function failed({ meaning }: Outcome): SecretError {
  return meaning ? toError(meaning) : malformed("an answer");
}

function malformed(what: string): SecretError {
  return new SecretError("BACKEND_UNAVAILABLE", {
    reason: "malformed",
    detail: `the server's answer lacks ${what}`,
  });
}

async function reveal(credential: Credential): Promise<string> {
  try {
    const text = typeof credential === "string" ? credential : await credential();
    if (typeof text === "string" && text.trim() !== "") return text.trim();
  } catch (cause) {
    if (SecretError.isInstance(cause)) throw cause;
    throw missing(cause);
  }
  throw missing();
}

function missing(cause?: unknown): SecretError {
  return new SecretError("AUTHENTICATION_FAILED", {
    ...{ reason: "credential", cause },
    detail: "a credential of the login could not be had, or is empty",
    fix: "Check the function or the text in the option auth",
  });
}

async function readText(path: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  try {
    const text = (await readFile(path, "utf8")).trim();
    if (text !== "") return text;
  } catch (cause) {
    throw new SecretError("AUTHENTICATION_FAILED", {
      ...{ reason: "credential", cause },
      detail: "the file of the credential cannot be read",
      fix: "Check the path in the option auth, and who may read it",
    });
  }
  throw missing();
}
