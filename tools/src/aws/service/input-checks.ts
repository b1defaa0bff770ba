import { ApiError, invalidParameter } from "./api-error.ts";
import type { SecretContent } from "./secret-record.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const maxContentBytes = 65_536;

/** `undefined` where neither was sent. */
export function contentOf(input: SecretContent): SecretContent | undefined {
  const { SecretString, SecretBinary } = input;
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter("You can't specify both a binary and a string for a secret value.");
  }
  if (SecretString !== undefined) {
    checkLength("secretString", Buffer.byteLength(SecretString), maxContentBytes);
    return { SecretString };
  }
  if (SecretBinary === undefined) return undefined;
  checkLength("secretBinary", Buffer.from(SecretBinary, "base64").length, maxContentBytes);
  return { SecretBinary };
}

export function checkName(name: string | undefined): void {
  if (name !== undefined && /^[\w/+=.@-]{1,512}$/.test(name)) return;
  throw validation("Invalid name: 1 to 512 alphanumeric characters, or any of -/_+=.@");
}

export function checkToken(token: string | undefined): string {
  if (token === undefined) throw invalidParameter("You must provide a ClientRequestToken value.");
  if (token.length >= 32 && token.length <= 64) return token;
  throw invalidParameter("ClientRequestToken must be 32 to 64 characters long.");
}

export function checkDescription(description: string | undefined): void {
  if (description !== undefined) checkLength("description", description.length, 2048, 0);
}

/** @param present Keys that the secret has already. */
export function checkTags(tags: readonly Tag[], present: Iterable<string> = []): void {
  for (const { Key, Value } of tags) {
    checkLength("tag key", Key.length, 128);
    checkLength("tag value", Value.length, 256, 0);
    if (Key.startsWith("aws:")) throw invalidParameter("Tag keys can't start with aws:.");
  }
  const all = new Set([...present, ...tags.map(({ Key }) => Key)]);
  if (all.size > 50) throw invalidParameter("A secret can have 50 tags.");
}

export function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw validation(`${name} must be between ${least} and ${most}.`);
}

export function checkLength(name: string, length: number, most: number, least = 1): void {
  if (length < least || length > most) {
    throw validation(`${name} must have a length between ${least} and ${most}.`);
  }
}

/** One of the errors common to all of AWS: a limit of the request's shape was passed. */
export const validation = (message: string) => new ApiError("ValidationException", message);
