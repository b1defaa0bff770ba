import { invalid, wrong } from "./invalid-option.js";

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** @throws SecretError `CONFIGURATION`. The text is not quoted: a URL may hold a password. */
export function checkEndpoint(endpoint: unknown, allowsPlainHttp: boolean): void {
  const url =
    typeof endpoint === "string" && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isGood =
    url && ["https:", "http:"].includes(url.protocol) && !url.username && !url.password;
  if (!isGood || url.search || url.hash) {
    throw wrong(
      "endpoint",
      'a URL such as "https://vpce-1.secretsmanager.us-east-1.vpce.amazonaws.com"',
    );
  }
  if (url.protocol === "https:" || loopback.test(url.hostname) || allowsPlainHttp) return;
  throw invalid(
    "endpoint is plain http on another machine, where everybody on the way can read the secrets",
    "Use https, or set dangerouslyAllowPlainHttp: true",
  );
}
