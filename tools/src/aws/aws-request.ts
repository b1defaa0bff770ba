import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { inspect } from "node:util";

export type AwsInput = Readonly<Record<string, unknown>>;

/** One request to Secrets Manager, as a server saw it. Printed, it shows nothing that it carries. */
export class AwsRequest {
  /** `"PutSecretValue"`; empty when it named none. */
  readonly operation: string;
  /** The how-manyth of its operation, from 1. */
  readonly ordinal: number;
  readonly input: AwsInput;
  readonly accessKeyId: string;
  readonly hasSessionToken: boolean;
  /** For which it was signed. */
  readonly region: string;
  readonly timeMs: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;

  constructor(fields: Omit<AwsRequest, "toJSON" | symbol>) {
    this.operation = fields.operation;
    this.ordinal = fields.ordinal;
    this.input = fields.input;
    this.accessKeyId = fields.accessKeyId;
    this.hasSessionToken = fields.hasSessionToken;
    this.region = fields.region;
    this.timeMs = fields.timeMs;
    this.headers = fields.headers;
    this.body = fields.body;
  }

  toJSON(): object {
    const { operation, ordinal, region } = this;
    return { operation, ordinal, region };
  }

  [inspect.custom](): string {
    return `${this.operation} ${this.ordinal} in ${this.region}`;
  }
}

/** @param ordinalOf Says the how-manyth of an operation this is. */
export async function readAwsRequest(
  incoming: IncomingMessage,
  timeMs: number,
  ordinalOf: (operation: string) => number,
): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { headers } = incoming;
  const operation = String(headers["x-amz-target"] ?? "").split(".")[1] ?? "";
  const scope = /Credential=([^/,]+)\/\d+\/([^/]+)\//.exec(headers.authorization ?? "");
  return new AwsRequest({
    ...{ operation, ordinal: ordinalOf(operation), headers, body, timeMs },
    ...{ input: parse(body), accessKeyId: scope?.[1] ?? "", region: scope?.[2] ?? "" },
    hasSessionToken: headers["x-amz-security-token"] !== undefined,
  });
}

function parse(body: Buffer): AwsInput {
  try {
    return JSON.parse(body.toString() || "{}") as AwsInput;
  } catch {
    return {}; // whoever answers it finds that what it needs is missing
  }
}
