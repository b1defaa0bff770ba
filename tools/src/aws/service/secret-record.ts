import { ApiError, invalidRequest, notFound } from "./api-error.ts";

/** As it goes over the wire: binary is base64. */
export interface SecretContent {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

export interface SecretVersion {
  readonly id: string;
  /** A rotation that failed may leave a version without any. */
  content: SecretContent | undefined;
  readonly createdMs: number;
  readonly stages: Set<string>;
}

export interface RotationSetup {
  isEnabled: boolean;
  lambdaArn: string | undefined;
  rules: RotationRules | undefined;
  lastMs: number | undefined;
}

export interface RotationRules {
  readonly AutomaticallyAfterDays?: number;
  readonly ScheduleExpression?: string;
  readonly Duration?: string;
}

export interface Replica {
  readonly kmsKeyId: string | undefined;
  status: "InSync" | "InProgress" | "Failed";
  message: string | undefined;
}

/** A secret in one region. */
export class SecretRecord {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  changedMs: number;
  description: string | undefined;
  kmsKeyId: string | undefined;
  /** When it is going to be deleted. */
  deletionMs: number | undefined;
  /** Made by an AWS service, which also rotates it. */
  owningService: string | undefined;
  rotation: RotationSetup | undefined;
  /** Where it is a replica of, or has replicas. */
  primaryRegion: string | undefined;
  isReplica = false;
  readonly replicas = new Map<string, Replica>();
  readonly tags = new Map<string, string>();
  readonly versions = new Map<string, SecretVersion>();

  constructor(name: string, arn: string, createdMs: number) {
    this.name = name;
    this.arn = arn;
    this.createdMs = createdMs;
    this.changedMs = createdMs;
  }

  /** What every answer about it begins with. */
  named(versionId?: string): object {
    return { ARN: this.arn, Name: this.name, VersionId: versionId };
  }

  holderOf(stage: string): SecretVersion | undefined {
    return [...this.versions.values()].find(({ stages }) => stages.has(stage));
  }

  /** The one version that both of them mean. */
  versionOf(id: string | undefined, stage: string | undefined): SecretVersion {
    const asked = stage ?? (id === undefined ? "AWSCURRENT" : undefined);
    const found = id === undefined ? this.holderOf(asked ?? "") : this.versions.get(id);
    if (!found) throw notFound(`the specified secret value for ${id ?? `staging label: ${asked}`}`);
    if (asked !== undefined && !found.stages.has(asked)) {
      throw invalidRequest("You provided a VersionStage that is not associated to this version.");
    }
    return found;
  }

  /**
   * Adds a version, unless this one is there with the same content.
   *
   * @returns Whether it was added.
   */
  add(id: string, content: SecretContent | undefined, createdMs: number): boolean {
    const before = this.versions.get(id);
    if (before) {
      if (isSame(before.content, content)) return false;
      throw new ApiError("ResourceExistsException", `You can't modify the version ${id}.`);
    }
    this.versions.set(id, { id, content, createdMs, stages: new Set() });
    return true;
  }

  /** Attaches a label and takes it off every other version; AWSPREVIOUS follows AWSCURRENT. */
  attach(stage: string, id: string): void {
    const before = this.holderOf(stage);
    if (before?.id === id) return;
    before?.stages.delete(stage);
    this.versions.get(id)?.stages.add(stage);
    if (stage === "AWSCURRENT" && before) this.attach("AWSPREVIOUS", before.id);
  }
}

function isSame(one: SecretContent | undefined, other: SecretContent | undefined): boolean {
  return one?.SecretString === other?.SecretString && one?.SecretBinary === other?.SecretBinary;
}
