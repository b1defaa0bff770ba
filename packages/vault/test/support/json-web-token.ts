import { createSign, generateKeyPairSync } from "node:crypto";

/** Signs tokens as an identity provider does, with a key of its own. */
export interface TokenIssuer {
  /** PEM */
  readonly publicKey: string;
  sign(claims: Readonly<Record<string, unknown>>): string;
}

export function makeIssuer(): TokenIssuer {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return {
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sign: (claims) => {
      const signed = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
      const signature = createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url");
      return `${signed}.${signature}`;
    },
  };
}
