import type { LlmServer } from "secrets-tools/llm-server";

export const oldKey = "sk-canary-old-5f31";
export const newKey = "sk-canary-new-9c02";

export const names: ReadonlyMap<string, string> = new Map([
  [oldKey, "old"],
  [newKey, "new"],
]);

/** What stood in requests that must not; of a key in its header nothing is said. */
export function straysIn({ requests }: LlmServer): readonly string[] {
  const texts = requests.map(({ path, headers, body, key: sent = "" }) =>
    [path, JSON.stringify(headers), body, names.has(sent) ? "" : sent].join("\n"),
  );
  const text = texts.join("\n");
  return [
    ...(/=>|function|async/.test(text) ? ["a function's source"] : []),
    ...(text.includes("secret-placeholder") ? ["the placeholder"] : []),
    ...(text.includes("ambient") ? ["a key from the environment"] : []),
    ...(text.includes("sk-canary") ? ["the key in another place"] : []),
  ];
}
