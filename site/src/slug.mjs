/**
 * A heading's anchor as GitHub makes it, so that a link works in both places:
 * `7. Use it` → `7-use-it`, where VitePress' own would be `_7-use-it`.
 */
export function slug(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation}\- ]/gu, "")
    .replaceAll(" ", "-");
}
