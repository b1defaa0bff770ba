import { describe, expect, test } from "vitest";
import { ReplicationState } from "./replication-state.ts";

const openBao = (value: number, cluster = "one") =>
  encode(JSON.stringify({ cluster, value: String(value) }));
const enterprise = (local: number, replicated: number, cluster = "one") =>
  encode(`v1:${cluster}:${local}:${replicated}:signature`);
const encode = (text: string) => Buffer.from(text).toString("base64");

function newestOf(...headers: unknown[]): string | undefined {
  const state = new ReplicationState();
  for (const header of headers) state.note(header);
  return state.header;
}

describe("the state of the server that is sent back", () => {
  test("is none before the server has told one", () => {
    expect(newestOf()).toBe(undefined);
    expect(newestOf(undefined, "", ["a"])).toBe(undefined);
  });

  test("is the newest, in whatever order the answers come", () => {
    expect(newestOf(openBao(9), openBao(10), openBao(8))).toBe(openBao(10));
    expect(newestOf(openBao(10), openBao(9))).toBe(openBao(10));
    expect(newestOf(enterprise(5, 7), enterprise(6, 7), enterprise(5, 8))).toBe(enterprise(5, 8));
    expect(newestOf(enterprise(6, 8), enterprise(6, 7))).toBe(enterprise(6, 8));
  });

  test("is the last one where they cannot be compared", () => {
    expect(newestOf(openBao(10), openBao(3, "two"))).toBe(openBao(3, "two"));
    expect(newestOf(openBao(10), "unknown")).toBe("unknown");
    expect(newestOf("unknown", openBao(1))).toBe(openBao(1));
    expect(newestOf(encode("{broken"), encode("v1:a:x:y"))).toBe(encode("v1:a:x:y"));
  });
});
