/** What AWS takes in a tag of any service (Tagging AWS resources, naming limits). */
const legal = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const mark = "qp:";

export function isLegalTagText(text: string): boolean {
  return legal.test(text);
}

/** AWS keeps names and values for itself that begin so. */
export function isReserved(text: string): boolean {
  return /^aws:/i.test(text);
}

/** What AWS does not take, as quoted-printable bytes behind a mark, so that no tag is lost. */
export function encodeTagValue(value: string): string {
  if (legal.test(value) && !value.startsWith(mark) && !isReserved(value)) return value;
  const encoded = Array.from(value, (character) =>
    legal.test(character) && character !== "=" ? character : toBytes(character),
  );
  return mark + encoded.join("");
}

export function decodeTagValue(text: string): string {
  if (!text.startsWith(mark)) return text;
  const bytes = text
    .slice(mark.length)
    .replaceAll("%", "%25")
    .replace(/=([0-9A-F]{2})/g, "%$1");
  try {
    const value = decodeURIComponent(bytes);
    if (encodeTagValue(value) === text) return value;
  } catch {
    // its bytes are no text
  }
  return text; // somebody else's, who means something else by it
}

function toBytes(character: string): string {
  const bytes = [...new TextEncoder().encode(character)];
  return bytes.map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
