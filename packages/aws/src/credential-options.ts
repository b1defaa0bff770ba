import type { AwsSecretStoreOptions } from "./aws-options.js";
import { invalid, wrong } from "./invalid-option.js";

/** @throws SecretError `CONFIGURATION`. No text is quoted. */
export function checkCredentialOptions(options: AwsSecretStoreOptions): void {
  const { credentials, profile, assumeRole, client } = options;
  if (profile !== undefined && !isText(profile)) throw wrong("profile", "the name of a profile");
  if (credentials !== undefined && profile !== undefined) {
    throw invalid("credentials and profile are both set", "Pass one of them");
  }
  if (credentials !== undefined && typeof credentials !== "function") checkStatic(credentials);
  if (assumeRole !== undefined) checkRole(assumeRole);
  const own = ["endpoint", "credentials", "profile", "assumeRole"] as const;
  const doubled = client && own.find((name) => options[name] !== undefined);
  if (doubled === undefined) return;
  throw invalid(
    `${doubled} and client are both set`,
    `Leave out ${doubled}: the client has its own`,
  );
}

function checkStatic(credentials: NonNullable<AwsSecretStoreOptions["credentials"]>): void {
  const { accessKeyId, secretAccessKey, sessionToken } = Object(credentials) as Record<
    string,
    unknown
  >;
  if (!isText(accessKeyId) || !isText(secretAccessKey)) {
    throw wrong("credentials", "{ accessKeyId, secretAccessKey } or a function that returns them");
  }
  if (sessionToken !== undefined && !isText(sessionToken)) {
    throw wrong("credentials.sessionToken", "text, or leave it out");
  }
}

function checkRole(role: NonNullable<AwsSecretStoreOptions["assumeRole"]>): void {
  const { roleArn, sessionName, externalId, durationSeconds } = Object(role) as Record<
    string,
    unknown
  >;
  if (!isText(roleArn) || !/^arn:aws[a-z0-9-]*:iam::\d{12}:role\/./.test(roleArn)) {
    throw wrong("assumeRole.roleArn", 'such as "arn:aws:iam::123456789012:role/reader"');
  }
  if (
    sessionName !== undefined &&
    !(isText(sessionName) && /^[\w+=,.@-]{2,64}$/.test(sessionName))
  ) {
    throw wrong("assumeRole.sessionName", "2 to 64 letters, digits and _+=,.@-");
  }
  if (externalId !== undefined && !isText(externalId)) throw wrong("assumeRole.externalId", "text");
  if (durationSeconds === undefined) return;
  const isGood = Number.isSafeInteger(durationSeconds) && Number(durationSeconds) >= 900;
  if (!isGood || Number(durationSeconds) > 43_200) {
    throw wrong("assumeRole.durationSeconds", "a whole number from 900 to 43200");
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
