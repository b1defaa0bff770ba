import type { BlindMutant } from "./mutant.js";

/** Mutants that another concern notices than the one they are about. */
const noticedElsewhere: Readonly<Record<string, readonly string[]>> = {
  writing: [
    "an empty value is accepted and kept as one space",
    "empty bytes are accepted and kept as one zero byte",
    "a value that came from a store is stored as its own printed form",
    "a put of an object stores its JSON text and does not refuse it",
    "a put of text with a lone surrogate stores U+FFFD and does not refuse it",
    "what putSecret gives names the version before the one it made",
    "putSecret throws for an empty value and does not reject",
  ],
  fields: ["getSecret gives the newest value under the id of the first version"],
  "reading many": ["reads that run side by side all answer with the secret of the last key asked"],
  keys: [
    "keys that differ only in their case are one secret",
    "slashes and underscores of a key fall together",
    "describeSecret throws for a bad key and does not reject",
  ],
  "names of prototypes": [
    "a secret under the key __proto__ is lost, since an object keeps the names",
    "an absent key that is a property of every object is not reported as absent",
    "names of tags are lower-cased",
    "a field named __proto__ is accepted and not found",
  ],
  auditing: ["the store of a secret is not the name of the store"],
  concurrency: ["puts of one key that run side by side are given the same version"],
  faults: [
    "a put that the server refuses is still kept, and current once it is up again",
    "a deletion that is refused resolves",
    "a listing that is denied is empty",
    "a listing that nobody can answer is empty",
    "getSecrets rejects when the server is down",
    "getSecrets reports a denied key as absent",
    "a denied read is NOT_FOUND",
    "a denied read by version is NOT_FOUND, though not one of the current version",
    "a denied description is NOT_FOUND",
    "a throttled read is BACKEND_UNAVAILABLE",
    "a read with a refused credential is PERMISSION_DENIED",
    "a misconfigured read is UNKNOWN",
    "a denied read comes as the error of the client library",
    "a denied read is said to be worth another try",
    "an error of a server that is down carries the request, with its body in base64",
    "the cause of a server that is down is the request that failed",
    "a health report holds the error of the client, with the token it sent",
    "healthCheck rejects when the server is down",
    "healthCheck says ok when the server is down",
    "healthCheck says ok when reads are denied, since the server is up",
    "healthCheck calls whatever fails unavailable",
  ],
  "deleting and restoring": [
    "a put over a secret that was deleted leaves it deleted",
    "tags of a secret come back after it was deleted for ever and made anew",
  ],
  "compare and set": ["a put of one field forgets the caller's expectedVersion"],
  versions: ["a version that was deleted can still be read by its id"],
  cancelling: [
    "a listing does not look at its signal",
    "a listing looks at its signal before the first key only",
    "a rotation that was cancelled during verify writes all the same",
    "a rotation that is cancelled during verify leaves the candidate current",
    "getSecrets does not look at its signal",
  ],
  rotating: ["previous is the first version"],
  reading: ["getSecrets refuses fresh"],
  values: ["binary is declared, and bytes that are not text are NOT_SUPPORTED"],
  metadata: ["metadata is declared, and a description is NOT_SUPPORTED"],
  arguments: [
    "a tag named constructor is dropped and not refused",
    "an unknown mode of deletion is taken for the recoverable one",
  ],
  listing: ["a prefix with two dots lists the folder above"],
};

const concernOf = new Map(
  Object.entries(noticedElsewhere).flatMap(([concern, names]) =>
    names.map((name) => [name, concern] as const),
  ),
);

/** The concerns in the order in which to try them: a mutant is soon noticed, or by nothing. */
export function concernsFor({ name }: BlindMutant, ofItsGroup: readonly string[]) {
  const first = concernOf.get(name);
  return first === undefined ? ofItsGroup : [first, ...ofItsGroup];
}
