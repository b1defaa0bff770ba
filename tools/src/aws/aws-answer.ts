import { randomUUID } from "node:crypto";
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { AwsRequest } from "./aws-request.ts";

export type AwsAnswer =
  /** The connection is reset without an answer. */
  | "reset"
  /** Nothing ever comes, and the connection stays open. */
  | "hang"
  /** 200, the head and a part of the body; then the connection ends. */
  | "half"
  /** 200 with this. */
  | { readonly json: object }
  /** An error of AWS, by its class. */
  | {
      readonly error: string;
      readonly message?: string;
      /** Default 400. */
      readonly status?: number;
      readonly headers?: OutgoingHttpHeaders;
    }
  /** Anything else. */
  | {
      readonly status: number;
      readonly body: string | Buffer;
      readonly headers?: OutgoingHttpHeaders;
    };

/**
 * An answer, or what makes one.
 *
 * @param go Answers as if there were no fault. What was asked for has then been done.
 */
export type AwsHandler =
  | AwsAnswer
  | ((request: AwsRequest, go: () => Promise<AwsAnswer>) => AwsAnswer | Promise<AwsAnswer>);

export async function answerOf(
  handler: AwsHandler,
  request: AwsRequest,
  go: () => Promise<AwsAnswer>,
): Promise<AwsAnswer> {
  return typeof handler === "function" ? handler(request, go) : handler;
}

const type = "application/x-amz-json-1.1";

export function sendAwsAnswer(response: ServerResponse, answer: AwsAnswer): void {
  if (answer === "hang") return;
  if (answer === "reset") return void response.socket?.resetAndDestroy();
  const requestId = { "x-amzn-requestid": randomUUID() };
  if (answer === "half") {
    response.writeHead(200, { ...requestId, "content-type": type, "content-length": 100 });
    response.write('{"SecretString":"hal', () => response.socket?.destroy());
  } else if ("json" in answer) {
    response.writeHead(200, { ...requestId, "content-type": type });
    response.end(JSON.stringify(answer.json));
  } else if ("error" in answer) {
    const { error, message = "refused", status = 400, headers } = answer;
    const named = { ...requestId, "content-type": type, "x-amzn-errortype": error };
    response.writeHead(status, { ...named, ...headers });
    response.end(JSON.stringify({ __type: error, Message: message }));
  } else {
    response.writeHead(answer.status, { ...requestId, ...answer.headers });
    response.end(answer.body);
  }
}
