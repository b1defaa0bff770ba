/**
 * Which of these are not in the registry, as `name@version`.
 *
 * @throws Error for an answer that is neither "here it is" nor "there is none".
 */
export async function unpublished(manifests, registry) {
  const asked = manifests.map(async ({ name, version }) => {
    const { status } = await fetch(`${registry}/${name}/${version}`, { method: "HEAD" });
    if (status !== 200 && status !== 404) throw new Error(`${registry} answered ${status}`);
    return status === 404 ? [`${name}@${version}`] : [];
  });
  return (await Promise.all(asked)).flat();
}
