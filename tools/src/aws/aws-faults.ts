import { setTimeout as wait } from "node:timers/promises";
import { type AwsAnswer, type AwsHandler, answerOf } from "./aws-answer.ts";

/** Too many requests. @param retryAfterSeconds What the header `retry-after` says. */
export function throttled(retryAfterSeconds?: number): AwsAnswer {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": `${retryAfterSeconds}` };
  return { error: "ThrottlingException", message: "Rate exceeded", headers };
}

/** What a proxy before AWS says when it cannot reach it. */
export const htmlError: AwsAnswer = {
  ...{ status: 500, body: "<html><body>Internal Server Error</body></html>" },
  headers: { "content-type": "text/html" },
};

/** A denial in the form of AWS's older services, which the SDK cannot read. */
export const xmlDenied: AwsAnswer = {
  status: 403,
  body: "<Response><Errors><Error><Code>AccessDenied</Code></Error></Errors></Response>",
  headers: { "content-type": "text/xml" },
};

/** A good answer to somebody else's question. */
export const wrongJson: AwsAnswer = { json: ["neither", { of: "this" }] };

/** What was asked for is done, and then this is answered. `"reset"`: the reply is lost. */
export function afterCommit(answer: AwsAnswer): AwsHandler {
  return async (_request, go) => {
    await go();
    return answer;
  };
}

/** @param pause How time passes. Default: a timer of Node's. */
export function delayed(
  delayMs: number,
  handler?: AwsHandler,
  pause: (delayMs: number) => Promise<unknown> = wait,
): AwsHandler {
  return async (request, go) => {
    await pause(delayMs);
    return handler === undefined ? go() : answerOf(handler, request, go);
  };
}

/** Concerns one request of its operation: the first has ordinal 1. */
export function onlyNth(ordinal: number, handler: AwsHandler): AwsHandler {
  return (request, go) => (request.ordinal === ordinal ? answerOf(handler, request, go) : go());
}
