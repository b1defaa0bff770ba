import { randomUUID } from "node:crypto";
import type { AwsCredentials } from "./aws-emulator.ts";

/** As in a policy of IAM. */
export interface PolicyStatement {
  /** Default `"Allow"`. */
  readonly Effect?: "Allow" | "Deny";
  /** `"secretsmanager:GetSecretValue"` */
  readonly Action: string | readonly string[];
  /** ARNs, with `*` and `?`. Default `"*"`. */
  readonly Resource?: string | readonly string[];
}

/** A user with one policy and one key. */
export async function createMiniStackUser(
  endpoint: string,
  policy: readonly PolicyStatement[],
): Promise<AwsCredentials> {
  const UserName = `user-${randomUUID()}`;
  const Statement = policy.map((each) => ({ Effect: "Allow", Resource: "*", ...each }));
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await askIam(endpoint, { Action: "CreateUser", UserName });
  const attached = { Action: "PutUserPolicy", UserName, PolicyName: "all-it-may", PolicyDocument };
  await askIam(endpoint, attached);
  const answer = await askIam(endpoint, { Action: "CreateAccessKey", UserName });
  const accessKeyId = textOf(answer, "AccessKeyId");
  return { accessKeyId, secretAccessKey: textOf(answer, "SecretAccessKey") };
}

/** As the root user, whose signature MiniStack does not check. */
async function askIam(
  endpoint: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const scope = "Credential=test/20260101/us-east-1/iam/aws4_request";
  const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`;
  const answer = await fetch(endpoint, {
    ...{ method: "POST", headers: { authorization } },
    body: new URLSearchParams({ ...parameters, Version: "2010-05-08" }),
  });
  const text = await answer.text();
  if (answer.ok) return text;
  throw new Error(`MiniStack answered ${answer.status} to ${parameters.Action}.`);
}

function textOf(xml: string, tag: string): string {
  const text = new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(xml)?.[1];
  if (text === undefined) throw new Error(`MiniStack's answer has no ${tag}.`);
  return text;
}
