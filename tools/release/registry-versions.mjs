/**
 * Which of these are not in the registry, as `name@version`.
 *
 * @param registry As npm says it, with a slash at its end.
 * @throws Error for an answer that is neither "here it is" nor "there is none".
 */
export async function unpublished(manifests, registry) {
  const asked = manifests.map(async ({ name, version }) => {
    const { status } = await fetch(new URL(`${name}/${version}`, registry), { method: "HEAD" });
    if (status !== 200 && status !== 404) throw new Error(`${registry} answered ${status}`);
    return status === 404 ? [`${name}@${version}`] : [];
  });
  return (await Promise.all(asked)).flat();
}
