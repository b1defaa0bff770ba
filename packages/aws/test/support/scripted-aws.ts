import {
  type AwsAnswer,
  type AwsRequest,
  startAwsFaultServer,
} from "secrets-tools/aws-fault-server";

/** One request, as the server saw it. */
export interface SeenCall {
  /** `"GetSecretValue"` */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly accessKeyId: string;
  readonly region: string;
  readonly body: string;
}

export type Reply =
  /** The connection ends without an answer. */
  | "reset"
  /** Nothing ever comes. */
  | "hang"
  /** Half of a good answer, and the end. */
  | "half"
  /** Half of a good answer, and nothing more. */
  | "stall"
  /** 200 with this. */
  | { readonly json: object }
  /** An error of AWS, by its class. */
  | {
      readonly error: string;
      readonly message?: string;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Anything else. */
  | { readonly status: number; readonly body: string; readonly type?: string };

export interface ScriptedAws {
  readonly endpoint: string;
  readonly calls: readonly SeenCall[];
  /** The operations asked for, in their order. */
  readonly operations: readonly string[];
  /** Connections that are open now. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** A server that plays AWS by a script alone: for what a real emulator cannot be made to show. */
export async function startScriptedAws(
  script: (call: SeenCall, index: number) => Reply | Promise<Reply>,
): Promise<ScriptedAws> {
  const calls: SeenCall[] = [];
  const server = await startAwsFaultServer();
  server.handle("*", async (request) => {
    const call = callOf(request);
    calls.push(call);
    return answerOf(await script(call, calls.length - 1));
  });
  return {
    ...{ endpoint: server.endpoint, calls },
    get operations() {
      return server.operations;
    },
    connections: () => server.openConnections(),
    close: () => server.close(),
  };
}

function callOf({ operation, input, accessKeyId, region, body }: AwsRequest): SeenCall {
  return { operation, input, accessKeyId, region, body: body.toString() };
}

function answerOf(reply: Reply): AwsAnswer {
  if (reply === "stall") {
    return { status: 200, headers: { "content-length": 100 }, body: '{"SecretString":"hal' };
  }
  if (typeof reply === "string" || !("body" in reply)) return reply;
  const { status, body, type = "text/html" } = reply;
  return { status, body, headers: { "content-type": type } };
}

/** What a read answers. */
export function aSecret(text: string, version = "11111111-1111-4111-8111-111111111111"): Reply {
  return {
    json: {
      ...{ ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:k-AbCdEf", Name: "k" },
      ...{ SecretString: text, VersionId: version, VersionStages: ["AWSCURRENT"] },
      CreatedDate: 1_700_000_000,
    },
  };
}
