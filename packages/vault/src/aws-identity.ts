import { createHash, createHmac } from "node:crypto";
import { SecretError } from "@llm-orchestrator/secrets-core";
import type { AwsCredentials, VaultAuth } from "./vault-auth.js";

type AwsAuth = Extract<VaultAuth, { method: "aws" }>;

const body = "Action=GetCallerIdentity&Version=2011-06-15";

/**
 * A signed request to AWS, which Vault sends on to learn who signed it. Signature Version 4, as in the
 * AWS General Reference; the shape is that of Vault's AWS auth method.
 */
export function signedIdentity(
  credentials: AwsCredentials,
  auth: Pick<AwsAuth, "region" | "serverId">,
  now = new Date(),
): object {
  const { region = "us-east-1", serverId } = auth;
  const host = auth.region === undefined ? "sts.amazonaws.com" : regionalHost(region);
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const headers: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    host,
    "x-amz-date": time,
    ...(credentials.sessionToken !== undefined && {
      "x-amz-security-token": credentials.sessionToken,
    }),
    ...(serverId !== undefined && { "x-vault-aws-iam-server-id": serverId.trim() }),
  };
  const authorization = sign(credentials, headers, region, time);
  const all = Object.entries({ ...headers, authorization }).map(([name, value]) => [name, [value]]);
  return {
    iam_http_request_method: "POST",
    iam_request_url: base64(`https://${host}/`),
    iam_request_body: base64(body),
    iam_request_headers: base64(JSON.stringify(Object.fromEntries(all))),
  };
}

function regionalHost(region: string): string {
  if (!/^[a-z]+(?:-[a-z]+)+-\d+$/.test(region)) {
    throw new SecretError("CONFIGURATION", {
      ...{ reason: "bad-argument", detail: "auth.region is not a region of AWS" },
      fix: 'Pass one such as "eu-central-1"',
    });
  }
  return `sts.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

function sign(
  { accessKeyId, secretAccessKey }: AwsCredentials,
  headers: Readonly<Record<string, string>>,
  region: string,
  time: string,
): string {
  const names = Object.keys(headers).sort();
  const canonical = names.map((name) => `${name}:${headers[name]}\n`).join("");
  const signed = names.join(";");
  const request = ["POST", "/", "", canonical, signed, hash(body)].join("\n");
  const scope = [time.slice(0, 8), region, "sts", "aws4_request"];
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), hash(request)].join("\n");
  const key = scope.reduce<string | Buffer>(
    (previous, part) => createHmac("sha256", previous).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const signature = createHmac("sha256", key).update(text).digest("hex");
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join("/")}, SignedHeaders=${signed}, Signature=${signature}`;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
