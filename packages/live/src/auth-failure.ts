/**
 * Which responses say that the key was refused: statuses from 400 on, or a function. The function is
 * asked about responses from 400 on only. It gets a response of its own, whose body it may read or
 * leave: the first megabyte, and what came within two seconds. What it throws, the call rejects with.
 */
export type AuthFailure = readonly number[] | ((response: Response) => boolean | Promise<boolean>);

/** For gateways that answer an expired key with 403. */
export const unauthorizedOrForbidden: AuthFailure = Object.freeze([401, 403]);

/** Gemini answers a bad key with 400 and the reason `API_KEY_INVALID`. */
export const geminiAuthFailure: AuthFailure = async (response) => {
  if (response.status === 401) return true;
  return response.status === 400 && (await response.text()).includes("API_KEY_INVALID");
};

/** Whether the key was refused. `read` makes the response for a function, and reads the body. */
export async function isAuthFailure(
  status: number,
  failure: AuthFailure,
  read: () => Promise<Response>,
): Promise<boolean> {
  if (status < 400) return false;
  if (typeof failure === "function") return failure(await read());
  return failure.includes(status);
}
