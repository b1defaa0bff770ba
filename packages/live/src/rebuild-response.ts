/** Statuses that may have no body. */
const withoutBody = [204, 205, 304];

/**
 * The same answer with another body and other headers. A status beyond 599, which some services
 * invent, cannot be constructed: there `status` is put over the nearest one, and a clone lacks it.
 */
export function rebuildResponse(
  { status, statusText, url }: Pick<Response, "status" | "statusText" | "url">,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Headers,
): Response {
  // The platform has unpacked it.
  for (const name of ["content-length", "content-encoding"]) headers.delete(name);
  const rebuilt = new Response(withoutBody.includes(status) ? null : body, {
    ...{ status: Math.min(status, 599), statusText, headers },
  });
  if (rebuilt.status !== status) Object.defineProperty(rebuilt, "status", { value: status });
  return Object.defineProperty(rebuilt, "url", { value: url });
}
