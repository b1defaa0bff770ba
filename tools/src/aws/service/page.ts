import { ApiError } from "./api-error.ts";
import { checkRange } from "./input-checks.ts";

export interface PageInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly more: { readonly NextToken?: string };
}

/** @param most How many rows a page may have, and has unless fewer are asked for. */
export function pageOf<Row>(rows: readonly Row[], input: PageInput, most: number): Page<Row> {
  const { MaxResults = most, NextToken } = input;
  checkRange("MaxResults", MaxResults, 1, most);
  const start = NextToken === undefined ? 0 : offsetOf(NextToken);
  const end = start + MaxResults;
  const more = end < rows.length ? { NextToken: tokenFor(end) } : {};
  return { rows: rows.slice(start, end), more };
}

const tokenFor = (offset: number) => Buffer.from(`from ${offset}`).toString("base64url");

function offsetOf(token: string): number {
  const offset = /^from (\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (offset === undefined) {
    throw new ApiError("InvalidNextTokenException", "The NextToken value is invalid.");
  }
  return Number(offset);
}
