/** Of one emulator: sentences of the cases here that it does not keep to, and what it does instead. */
export type Divergences = Readonly<Record<string, string>>;

const unchecked = "it takes everything";
const noFunction = "it asks for a function that is really there";
const unknown = "it does not know the operation";
const rotatesAlone = "it makes a version by itself";

/** Of Moto 5.2.5. */
export const motoDivergences: Divergences = {
  "an update with the token of a version is refused": "it changes the version",
  "an update of the description makes no version, and an empty one clears it": "empty is ignored",
  "a value has 65,536 bytes at the most, whatever its characters": unchecked,
  "a value is text or binary, not both": unchecked,
  "a name has letters, digits and a few signs": unchecked,
  "a secret has 50 tags at the most": unchecked,
  "a batch has 20 secrets at the most": unchecked,
  "what is absent is not found, with status 400": "its status is 404",
  "without a version or label a read is of AWSCURRENT, wherever that was moved":
    "it is of the version that was written last",
  "a list does not go on from what is no token of its own": "it fails, with HTML",
  "versions without a label are left out of their list": "they are in it, whose ARN is a name",
  "versions come in pages": "they come all at once",
  "versions of what is absent are not found": "it fails, with HTML",
  "what is going to be deleted takes no new value": "it does",
  "the name of what is going to be deleted is refused as such": "as one that is taken",
  "a replica that is promoted is written, and its primary has none": "it fails, with HTML",
  "a rotation by nobody is refused": rotatesAlone,
  "a rotation that is refused leaves the value and no version": rotatesAlone,
  "a rotation makes a version with the token for its id, and it becomes current with another value":
    noFunction,
  "while AWSPENDING is on another version than AWSCURRENT no rotation starts": noFunction,
  "days and a schedule exclude each other": noFunction,
  "a rotation that is set up but not wanted now makes no version": noFunction,
  "a rotation that is called off stays off, and says what it was": noFunction,
};

/** Of MiniStack 1.5.33. */
export const miniStackDivergences: Divergences = {
  "a creation that is repeated with its token does nothing": "it finds the name taken",
  "a put that is repeated with its token does nothing, and AWSPREVIOUS stays": "it is lost",
  "a put that is repeated after another one does not undo that": "it does",
  "a token that has another value is refused, and the value stays": "it changes the version",
  "an update with the token of a version is refused": "it changes the version",
  "the first version is current, whatever its labels": "it is not",
  "a value has 65,536 bytes at the most, whatever its characters": unchecked,
  "a value is not empty": unchecked,
  "a value is text or binary, not both": unchecked,
  "a name has letters, digits and a few signs": unchecked,
  "a token has 32 to 64 characters": unchecked,
  "a secret has 50 tags at the most": unchecked,
  "a batch has 20 secrets at the most": unchecked,
  "a secret without a value is there, and its value is not found": "it reads as nothing",
  "a version and a label that do not belong together are refused": "it ignores the label",
  "a batch by filter comes in pages": "it comes all at once",
  "a filter by name is a prefix": "it is a part",
  "a filter by name knows capitals": "it does not",
  "a filter that begins with ! is of all others": "it is of those with that sign",
  "a list does not go on from what is no token of its own": "it starts again",
  "versions without a label are in the list of all, and have none": "they are gone",
  "the name of what is going to be deleted is refused as such": "as one that is taken",
  "a forced deletion takes effect at once, and succeeds without the secret": "it is not found",
  "a primary that has replicas is not deleted": "it is",
  "a replica that is promoted is written, and its primary has none": unknown,
  "a region that is removed has no replica any more": unknown,
  "a secret can be created with replicas": "they are ignored",
  "a rotation by nobody is refused": rotatesAlone,
  "a rotation that is refused leaves the value and no version": rotatesAlone,
  "a rotation makes a version with the token for its id, and it becomes current with another value":
    "it copies the old value",
  "while AWSPENDING is on another version than AWSCURRENT no rotation starts": "it does",
  "days and a schedule exclude each other": unchecked,
  "a rotation that is called off stays off, and says what it was": unknown,
};
