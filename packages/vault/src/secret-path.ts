import { type KeySyntax, SecretError } from "@llm-orchestrator/secrets-core";

/** What stands behind a key while somebody makes its new value; no secret has such an end. */
const claimEnd = ".llm-orchestrator-rotation-claim";

/**
 * The keys that Vault itself takes: printable characters (as Go has it: of spaces only the common one),
 * in segments that are neither empty nor `.` nor `..`, spelled `%2e` neither. Each segment is encoded
 * on its way. One end is reserved: that of the claims of rotations.
 */
export const vaultKeySyntax: KeySyntax = Object.freeze({
  pattern:
    /^(?!(?:.*\/)?(?:\.|%2[eE]){0,2}(?:\/|$))(?!.*\.llm-orchestrator-rotation-claim$)[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u,
  maxLength: 512,
  description: `segments of printable characters joined by "/", such as "openai/api_key" (the end ${claimEnd} is reserved)`,
});

/** Where the claim on a key is kept. */
export function claimKeyOf(key: string): string {
  return key + claimEnd;
}

export function isClaim(key: string): boolean {
  return key.endsWith(claimEnd);
}

/** `a b/c` as `a%20b/c`. */
export function encodePath(path: string): string {
  if (/^[\w.~/-]*$/.test(path)) return path; // as most are
  return path.split("/").map(encodeSegment).join("/");
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

/**
 * The last look before a request is sent: whatever became of the path, it stays below its start.
 *
 * @throws SecretError `INVALID_KEY` otherwise.
 */
export function checkBelow(url: URL, start: string): void {
  const { pathname } = url;
  const isBelow = pathname === start || pathname.startsWith(`${start}/`);
  if (isBelow && !/\/\.{0,2}(?:\/|$)/.test(pathname.slice(start.length) || "/a")) return;
  throw new SecretError("INVALID_KEY", {
    detail: "the path of the request would leave the mount",
    fix: `Use ${vaultKeySyntax.description}`,
  });
}
