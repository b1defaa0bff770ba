import { type OperationContext, SecretError } from "@llm-orchestrator/secrets-core";
import type { AwsSettings } from "./aws-settings.js";
import type { Input, Operation, Output } from "./operations.js";
import { RegionConnection } from "./region-connection.js";
import { regionOf } from "./secret-name.js";

/** Requests, each to the region that it is for: an ARN's own, else the primary. */
export class AwsApi {
  readonly #settings: AwsSettings;
  readonly #connections = new Map<string | undefined, RegionConnection>();

  constructor(settings: AwsSettings) {
    this.#settings = settings;
  }

  /** To the region of the secret. */
  send<Name extends Operation>(
    name: Name,
    input: Input<Name>,
    context: OperationContext,
  ): Promise<Output<Name>> {
    const { SecretId } = input as { SecretId?: string };
    return this.in(regionOf(SecretId ?? "")).send(name, input, context);
  }

  /** `undefined` where AWS says that there is no such secret. */
  async find<Name extends Operation>(
    name: Name,
    input: Input<Name>,
    context: OperationContext,
  ): Promise<Output<Name> | undefined> {
    const { SecretId } = input as { SecretId?: string };
    return find(this.in(regionOf(SecretId ?? "")), name, input, context);
  }

  /** @param region Default: the primary. */
  in(region: string | undefined): RegionConnection {
    const chosen = region ?? this.#settings.regions[0];
    const known = this.#connections.get(chosen);
    if (known) return known;
    const connection = new RegionConnection(this.#settings, chosen);
    this.#connections.set(chosen, connection);
    return connection;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connection) => connection.close()));
  }
}

/** `undefined` where AWS says that there is no such secret. */
export async function find<Name extends Operation>(
  connection: RegionConnection,
  name: Name,
  input: Input<Name>,
  context: OperationContext,
): Promise<Output<Name> | undefined> {
  try {
    return await connection.send(name, input, context);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export function isAbsent(error: unknown): boolean {
  return has(error, "NOT_FOUND", "absent");
}

export function isPendingDeletion(error: unknown): boolean {
  return has(error, "NOT_FOUND", "pending-deletion");
}

function has(error: unknown, code: SecretError["code"], reason: string): boolean {
  return SecretError.isInstance(error) && error.code === code && error.reason === reason;
}
