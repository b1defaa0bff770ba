import type { KeySyntax } from "@llm-orchestrator/secrets-core";

const arn =
  /^(arn:aws[a-z0-9-]{0,20}:secretsmanager:)([a-z]{2,4}(?:-[a-z0-9]{1,20}){1,4})(:\d{12}:secret:)([A-Za-z0-9/_+=.@!-]+)$/;

/**
 * Names as Secrets Manager has them (1 to 512 of `A-Z a-z 0-9 / _ + = . @ -`, by its API reference),
 * those with `!` that AWS services make, and full or partial ARNs of as many characters.
 */
export const awsKeySyntax: KeySyntax = Object.freeze({
  pattern:
    /^(?:arn:aws[a-z0-9-]{0,20}:secretsmanager:[a-z]{2,4}(?:-[a-z0-9]{1,20}){1,4}:\d{12}:secret:)?[A-Za-z0-9/_+=.@!-]+$/,
  maxLength: 512,
  leadingSlash: true,
  description:
    'a name of letters, digits and /_+=.@-, such as "prod/openai", or the ARN of a secret',
});

export function isArn(key: string): boolean {
  return key.startsWith("arn:");
}

/** The region that an ARN names; `undefined` for a name. */
export function regionOf(key: string): string | undefined {
  return arn.exec(key)?.[2];
}

/** The same secret's ARN in another region, where its replica is; a name stays as it is. */
export function inRegion(key: string, region: string): string {
  return key.replace(arn, `$1${region}$3$4`);
}

/** A partial ARN of such a secret would be taken for the full one of another (AWS's CreateSecret). */
export function looksLikeArnEnding(name: string): boolean {
  return /-[A-Za-z0-9]{6}$/.test(name);
}
