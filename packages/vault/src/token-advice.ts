import type { Meaning } from "./status-map.js";
import type { VaultAuth } from "./vault-auth.js";

const ofFile = "Check that the agent which writes the token's file runs, and that its login works";

/** What helps whose token the server does not take, or does not renew: that depends on the login. */
export function advise<Kind extends Meaning>(meaning: Kind, method: VaultAuth["method"]): Kind {
  const isAboutToken = meaning.isBadToken || meaning.reason === "not-renewable";
  if (!isAboutToken || method === "token") return meaning;
  if (method === "token-file") return { ...meaning, fix: ofFile };
  return { ...meaning, fix: meaning.isBadToken ? ofRefused : ofLasting };
}

/** A new one was had, and refused as well. */
const ofRefused =
  "Check what the login's role binds its tokens to (addresses, uses, life) and the namespace";
const ofLasting = "There is nothing to do: the store logs in again before this token ends";
