/**
 * Whether the installed SDK calls a function passed as `apiKey`, as it does from 1.0 on. Older ones
 * send its source code or drop it.
 */
export async function takesKeyFunction(): Promise<boolean> {
  try {
    const { VERSION } = await import("@anthropic-ai/sdk/version");
    return Number.parseInt(VERSION, 10) >= 1;
  } catch {
    return false;
  }
}
