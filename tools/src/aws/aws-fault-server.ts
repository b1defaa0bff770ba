import type { AwsAnswer } from "./aws-answer.ts";
import { AwsHttpServer } from "./aws-http-server.ts";
import type { AwsRequest } from "./aws-request.ts";
import { ApiError } from "./service/api-error.ts";
import { SecretsManager } from "./service/secrets-manager.ts";

export type { AwsAnswer, AwsHandler } from "./aws-answer.ts";
export * from "./aws-faults.ts";
export type { AwsHttpServer } from "./aws-http-server.ts";
export type { AwsRequest } from "./aws-request.ts";
export type { RotationPlan } from "./service/rotation-operations.ts";
export type { SecretsManager } from "./service/secrets-manager.ts";

/** Where nothing else is said, it answers as AWS does, from memory. */
export interface AwsFaultServer extends AwsHttpServer {
  /** What it knows, in every region. */
  readonly secretsManager: SecretsManager;
}

export interface AwsFaultServerOptions {
  /** Default `Date.now`. */
  readonly now?: () => number;
}

/** Starts a Secrets Manager that can be told what to get wrong. Call `close` when done. */
export async function startAwsFaultServer({
  now = Date.now,
}: AwsFaultServerOptions = {}): Promise<AwsFaultServer> {
  const secretsManager = new SecretsManager(now);
  const origin = async (request: AwsRequest) => answerFrom(secretsManager, request);
  const server = new AwsHttpServer({ origin, now });
  await server.accept();
  return Object.assign(server, { secretsManager });
}

function answerFrom(secretsManager: SecretsManager, request: AwsRequest): AwsAnswer {
  const { operation, region, input } = request;
  try {
    return { json: secretsManager.operate(operation, region, input) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { error: error.name, message: error.message };
  }
}
