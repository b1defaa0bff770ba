/** Where My Service is, and who asks. */
export interface MyServiceOptions {
  /** Scheme, host and port: `https://secrets.example:8200`. */
  readonly address: string;
  readonly token: string;
  /** Who answered, in secrets, errors and audit events. Default `"my-service"`. */
  readonly name?: string | undefined;
  /** Longest time for one request, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}
