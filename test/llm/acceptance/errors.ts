import Anthropic from "@anthropic-ai/sdk";
import { SecretError } from "@llm-orchestrator/secrets-core";
import { APICallError } from "ai";
import OpenAI from "openai";
import type { Subject } from "./subjects.js";

/** The SDK's own error for a refused key. */
export function isRefusal({ sdk }: Subject, error: unknown): boolean {
  if (sdk === "openai") return error instanceof OpenAI.AuthenticationError;
  if (sdk === "anthropic") return error instanceof Anthropic.AuthenticationError;
  return APICallError.isInstance(error) && error.statusCode === 401;
}

/** The SDK's own error for a call that its caller cancelled. */
export function isAbort({ sdk }: Subject, error: unknown): boolean {
  if (sdk === "openai") return error instanceof OpenAI.APIUserAbortError;
  if (sdk === "anthropic") return error instanceof Anthropic.APIUserAbortError;
  return error instanceof Error && error.name === "AbortError";
}

/** The SDK's own error for a call that took too long. */
export function isTimeout({ sdk }: Subject, error: unknown): boolean {
  if (sdk === "openai") return error instanceof OpenAI.APIConnectionTimeoutError;
  if (sdk === "anthropic") return error instanceof Anthropic.APIConnectionTimeoutError;
  return error instanceof Error && error.name === "TimeoutError";
}

/** The status of an answer that an SDK took for an error. */
export function statusOf(error: unknown): number | undefined {
  const { status, statusCode } = (error ?? {}) as { status?: number; statusCode?: number };
  return status ?? statusCode;
}

/** The error of ours that an SDK's error is, or has as its cause. */
export function secretErrorIn(error: unknown): SecretError | undefined {
  let each = error;
  while (each instanceof Error && !SecretError.isInstance(each)) each = each.cause;
  return SecretError.isInstance(each) ? each : undefined;
}
