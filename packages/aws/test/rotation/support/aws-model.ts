import { type Reply, type ScriptedAws, startScriptedAws } from "../../support/scripted-aws.js";

type Input = Readonly<Record<string, unknown>>;

/** An error as AWS gives it, by its name. */
export class AwsFault extends Error {
  readonly status: number;

  constructor(name: string, message: string = name, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

interface Version {
  readonly value: string | undefined;
  readonly createdMs: number;
  readonly stages: Set<string>;
}

/** One secret, as AWS's API reference describes it. */
export interface ModelSecret {
  readonly versions: Map<string, Version>;
  readonly tags: Map<string, string>;
  rotationEnabled: boolean | undefined;
  lambdaArn: string | undefined;
  rules: unknown;
  changedMs: number;
}

/** What a test makes of one request; `undefined`: what AWS does. */
export type Script = (
  operation: string,
  input: Input,
  go: () => unknown,
) => unknown | Promise<unknown>;

/** Secrets Manager in a hundred lines, of which a test decides what goes wrong and when. */
export class AwsModel {
  readonly secrets = new Map<string, ModelSecret>();
  /** Operations in the order in which they were asked. */
  readonly log: string[] = [];
  readonly inputs: Input[] = [];
  script: Script = (_operation, _input, go) => go();
  now: () => number = Date.now;
  #server: ScriptedAws | undefined;

  async start(): Promise<string> {
    this.#server = await startScriptedAws(({ operation, input }) => this.#answer(operation, input));
    return this.#server.endpoint;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  secret(name: unknown): ModelSecret {
    const found = this.secrets.get(String(name));
    if (found) return found;
    throw new AwsFault("ResourceNotFoundException");
  }

  /** The version that has a stage. */
  holder(name: string, stage: string): string | undefined {
    const all = [...this.secret(name).versions];
    return all.find(([, { stages }]) => stages.has(stage))?.[0];
  }

  /** Its value. */
  valueOf(name: string, stage = "AWSCURRENT"): string | undefined {
    return this.secret(name).versions.get(this.holder(name, stage) ?? "")?.value;
  }

  /** Puts a label on a version and off every other, as AWS itself may. */
  label(name: string, stage: string, version: string | undefined): void {
    const before = this.holder(name, stage);
    if (before === version) return;
    if (before) this.secret(name).versions.get(before)?.stages.delete(stage);
    if (version) this.secret(name).versions.get(version)?.stages.add(stage);
    if (stage === "AWSCURRENT" && before) this.label(name, "AWSPREVIOUS", before);
  }

  /** A version without a label. */
  add(name: string, id: string, value: string | undefined, createdMs = this.now()): void {
    const { versions } = this.secret(name);
    versions.set(id, { value, createdMs, stages: new Set() });
  }

  async #answer(operation: string, input: Input): Promise<Reply> {
    this.log.push(operation);
    this.inputs.push(input);
    try {
      const go = () => this.#operate(operation, input);
      return { json: ((await this.script(operation, input, go)) ?? {}) as object };
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      if (error === lost) return "reset";
      const { status, name, message } = error;
      return { error: name, message, status };
    }
  }

  #operate(operation: string, input: Input): unknown {
    const operations: Readonly<Record<string, () => unknown>> = {
      CreateSecret: () => this.#create(input),
      GetSecretValue: () => this.#get(input),
      DescribeSecret: () => this.#describe(String(input.SecretId)),
      PutSecretValue: () => this.#put(String(input.SecretId), input),
      UpdateSecretVersionStage: () => this.#move(String(input.SecretId), input),
      RotateSecret: () => this.#rotate(String(input.SecretId), input),
      CancelRotateSecret: () => this.#cancel(String(input.SecretId)),
      TagResource: () => this.#tag(input),
    };
    const operate = operations[operation];
    if (!operate) throw new AwsFault("InvalidAction");
    return operate();
  }

  #create({ Name, SecretString, ClientRequestToken }: Input): unknown {
    const name = String(Name);
    if (this.secrets.has(name)) throw new AwsFault("ResourceExistsException");
    const unset = { rotationEnabled: undefined, lambdaArn: undefined, rules: undefined };
    const maps = { versions: new Map(), tags: new Map() };
    this.secrets.set(name, { ...maps, ...unset, changedMs: this.now() });
    const id = String(ClientRequestToken);
    this.add(name, id, String(SecretString));
    this.label(name, "AWSCURRENT", id);
    return { Name: name, VersionId: id };
  }

  #get({ SecretId, VersionId, VersionStage = "AWSCURRENT" }: Input): unknown {
    const id = (VersionId ?? this.holder(String(SecretId), String(VersionStage))) as string;
    const found = this.secret(SecretId).versions.get(id);
    if (found?.value === undefined) throw new AwsFault("ResourceNotFoundException");
    const { value, createdMs, stages } = found;
    const head = { Name: SecretId, VersionId: id, VersionStages: [...stages] };
    return { ...head, SecretString: value, CreatedDate: createdMs / 1000 };
  }

  #describe(name: string): unknown {
    const { versions, tags, rotationEnabled, lambdaArn, rules, changedMs } = this.secret(name);
    const labelled = [...versions].filter(([, { stages }]) => stages.size > 0);
    return {
      ...{ Name: name, LastChangedDate: changedMs / 1000, RotationEnabled: rotationEnabled },
      ...{ RotationLambdaARN: lambdaArn, RotationRules: rules },
      Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
      VersionIdsToStages: Object.fromEntries(
        labelled.map(([id, { stages }]) => [id, [...stages]] as const),
      ),
    };
  }

  #put(name: string, { SecretString, ClientRequestToken, VersionStages }: Input): unknown {
    const id = String(ClientRequestToken);
    const before = this.secret(name).versions.get(id);
    if (before && before.value !== SecretString) throw new AwsFault("ResourceExistsException");
    const stages = (VersionStages ?? ["AWSCURRENT"]) as string[];
    if (!before) {
      this.add(name, id, String(SecretString));
      for (const stage of stages) this.label(name, stage, id);
      this.secret(name).changedMs = this.now();
    }
    return { Name: name, VersionId: id, VersionStages: stages };
  }

  /** A label that another version has has to be taken from that one, by name. */
  #move(name: string, { VersionStage, MoveToVersionId: to, RemoveFromVersionId: from }: Input) {
    const stage = String(VersionStage);
    const holder = this.holder(name, stage);
    const { versions } = this.secret(name);
    const isTaken = to !== undefined && holder !== undefined && holder !== to && holder !== from;
    const isElsewhere = from !== undefined && holder !== from;
    if (isTaken || isElsewhere || (to !== undefined && !versions.has(String(to)))) {
      throw new AwsFault("InvalidParameterException", `${stage} is on version ${holder}`);
    }
    this.label(name, stage, to as string | undefined);
    this.secret(name).changedMs = this.now();
  }

  #rotate(name: string, input: Input): unknown {
    const secret = this.secret(name);
    const lambda = (input.RotationLambdaARN as string | undefined) ?? secret.lambdaArn;
    if (!lambda) throw new AwsFault("InvalidRequestException", "No Lambda rotation function ARN");
    const pending = this.holder(name, "AWSPENDING");
    if (pending !== undefined && pending !== this.holder(name, "AWSCURRENT")) {
      throw new AwsFault("InvalidRequestException", "A previous rotation isn't complete");
    }
    secret.lambdaArn = lambda;
    secret.rules = input.RotationRules ?? secret.rules;
    secret.rotationEnabled = true;
    secret.changedMs = this.now();
    if (input.RotateImmediately === false) return { Name: name };
    const id = String(input.ClientRequestToken);
    this.add(name, id, undefined);
    this.label(name, "AWSPENDING", id);
    return { Name: name, VersionId: id };
  }

  #cancel(name: string): void {
    const secret = this.secret(name);
    if (!secret.lambdaArn) throw new AwsFault("InvalidRequestException", "No Lambda function");
    secret.rotationEnabled = false;
  }

  #tag({ SecretId, Tags }: Input): void {
    for (const { Key, Value } of Tags as { Key: string; Value: string }[]) {
      this.secret(SecretId).tags.set(Key, Value);
    }
  }
}

/** A reply that never arrives: the connection is reset. */
export const lost = new AwsFault("lost", "lost", 0);

/** What AWS answers when it has a fault. */
export function outage(): AwsFault {
  return new AwsFault("InternalServiceError", "fault", 500);
}
