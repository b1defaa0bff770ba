import { checkToken, readCredentialFile, reveal, revealAws } from "./credential.js";
import { handed, type Lease, type Sender, toLease } from "./lease.js";
import type { Operation } from "./node-vault.js";
import { encodePath } from "./secret-path.js";
import type { Meaning } from "./status-map.js";
import type { VaultAuth } from "./vault-auth.js";
import type { Outcome } from "./vault-session.js";
import { noteRefusedSecretId, unwrapSecretId } from "./wrapped-secret-id.js";

const serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** Gets a token by whatever method was chosen. */
export async function logIn(
  auth: VaultAuth,
  session: Sender,
  signal: AbortSignal | undefined,
): Promise<Lease> {
  if (auth.method === "token") return handed(checkToken(auth.token));
  if (auth.method === "token-file") return handed(checkToken(await readCredentialFile(auth.path)));
  const operation = await loginOperation(auth, session, signal);
  const startedAt = performance.now();
  const outcome = asRefusal(
    await session.send(operation, {
      ...{ signal, token: undefined, isRepeatable: true, below: "auth" },
    }),
  );
  if (outcome.meaning?.code === "AUTHENTICATION_FAILED") noteRefusedSecretId(auth);
  return toLease(outcome, startedAt);
}

/** Whatever a login is refused with, it is the login: a locked user is 403, a bad role 400. */
function asRefusal(outcome: Outcome): Outcome {
  const { meaning, reply } = outcome;
  const isRefused = reply?.status === 400 || reply?.status === 403;
  if (!isRefused || !meaning || !refusals.has(meaning.code)) return outcome;
  return { reply, meaning: refused };
}

const refusals: ReadonlySet<Meaning["code"]> = new Set([
  ...(["AUTHENTICATION_FAILED", "PERMISSION_DENIED", "UNKNOWN"] as const),
]);
const refused: Meaning = {
  ...{ code: "AUTHENTICATION_FAILED", reason: "login-refused" },
  detail: "the server refused the login",
  fix: "Check the login's credentials, role and mountPath, and the namespace",
};

type LoginMethod = Exclude<VaultAuth, { method: "token" | "token-file" }>;

async function loginOperation(
  auth: LoginMethod,
  session: Sender,
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
      const jwt = await reveal(auth.jwt ?? (() => readCredentialFile(serviceAccountToken)));
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
      const identity = signedIdentity(await revealAws(auth.credentials), auth);
      return at("login", { role: auth.role, ...identity });
    }
  }
}

async function secretIdOf(
  auth: Extract<VaultAuth, { method: "approle" }>,
  session: Sender,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (auth.wrappedSecretId === undefined) {
    return auth.secretId === undefined ? undefined : reveal(auth.secretId);
  }
  const { wrappedSecretId } = auth;
  const bring = async () => checkToken(await reveal(wrappedSecretId));
  return unwrapSecretId(auth, bring, session, signal);
}
