/** The tags of these versions that are not in the list. */
export function missingTags(manifests, tags) {
  const there = new Set(tags);
  return manifests
    .map(({ name, version }) => `${name}@${version}`)
    .filter((tag) => !there.has(tag));
}
