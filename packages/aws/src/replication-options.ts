import type { OperationOptions } from "@llm-orchestrator/secrets-core";

/** A region to which a secret is copied, and the KMS key there. */
export interface AwsReplicaRegion {
  readonly region: string;
  /** Default: that region's `aws/secretsmanager`. */
  readonly kmsKeyId?: string | undefined;
}

export interface AwsReplicateOptions extends OperationOptions {
  /** Replaces a secret of that name that is there already. Default false. */
  readonly overwrite?: boolean | undefined;
}

/** How far a replica is. */
export interface AwsReplicationStatus {
  readonly region: string;
  readonly state: "in-sync" | "in-progress" | "failed" | "unknown";
  readonly kmsKeyId?: string;
  /** ISO 8601. */
  readonly lastAccessedAt?: string;
}
