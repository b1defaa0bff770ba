/**
 * Whether the installed SDK calls a function passed as `apiKey`, as it does from 5.18 on. Older ones
 * send the function's source code as the key.
 */
export async function takesKeyFunction(): Promise<boolean> {
  try {
    const { VERSION } = await import("openai/version");
    const [major = 0, minor = 0] = VERSION.split(".").map(Number);
    return major > 5 || (major === 5 && minor >= 18);
  } catch {
    return false;
  }
}
