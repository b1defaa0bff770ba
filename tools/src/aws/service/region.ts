import { randomInt } from "node:crypto";
import { invalidParameter, invalidRequest, notFound } from "./api-error.ts";
import { validation } from "./input-checks.ts";
import { SecretRecord } from "./secret-record.ts";
import type { SecretsManager } from "./secrets-manager.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Secrets Manager in one region. */
export class Region {
  readonly name: string;
  readonly secrets = new Map<string, SecretRecord>();
  readonly account: SecretsManager;

  constructor(name: string, account: SecretsManager) {
    this.name = name;
    this.account = account;
  }

  /** By its name, its ARN or its ARN without the last seven characters. */
  find(id: string): SecretRecord | undefined {
    const isMeant = ({ arn }: SecretRecord) => arn === id || arn.slice(0, -7) === id;
    return this.secrets.get(id) ?? [...this.secrets.values()].find(isMeant);
  }

  secret(id: string | undefined): SecretRecord {
    if (id === undefined || id === "") throw validation("You must provide a SecretId.");
    const found = this.find(id);
    if (!found) throw notFound();
    return found;
  }

  /** One that is not going to be deleted. */
  live(id: string): SecretRecord {
    const found = this.secret(id);
    if (found.deletionMs === undefined) return found;
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  /** One that may be changed here. */
  own(id: string): SecretRecord {
    const found = this.live(id);
    if (!found.isReplica) return found;
    throw invalidParameter(
      "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    );
  }

  create(name: string): SecretRecord {
    const suffix = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("");
    const arn = `arn:aws:secretsmanager:${this.name}:123456789012:secret:${name}-${suffix}`;
    const secret = new SecretRecord(name, arn, this.account.now());
    this.secrets.set(name, secret);
    return secret;
  }
}
