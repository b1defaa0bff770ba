/**
 * Which responses say that the key was refused: statuses, or a function. The function gets a clone,
 * of responses from 400 on only.
 */
export type AuthFailure = readonly number[] | ((response: Response) => boolean | Promise<boolean>);

/** For gateways that answer an expired key with 403. */
export const unauthorizedOrForbidden: AuthFailure = Object.freeze([401, 403]);

/** Gemini answers a bad key with 400 and the reason `API_KEY_INVALID`. */
export const geminiAuthFailure: AuthFailure = async (response) => {
  if (response.status === 401) return true;
  return response.status === 400 && (await response.text()).includes("API_KEY_INVALID");
};

/** Whether the key was refused. Leaves the response's body to be read. */
export async function isAuthFailure(response: Response, failure: AuthFailure): Promise<boolean> {
  if (response.status < 400) return false;
  if (typeof failure === "function") return failure(response.clone());
  return failure.includes(response.status);
}
