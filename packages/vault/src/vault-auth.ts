/** Where a login takes a secret from: the text, or a function that is called at each login. */
export type Credential = string | (() => string | Promise<string>);

interface Login {
  /** Where the method is mounted. Default: its own name. */
  readonly mountPath?: string | undefined;
}

interface Handed {
  /**
   * Whether the server is asked, once and after the first use, how long the token lives; else it is
   * not renewed by itself. Default true; the question is one use of a token that counts them.
   */
  readonly lookUp?: boolean | undefined;
}

/** How a store gets its token. All but the plain token log in again when theirs is over. */
export type VaultAuth =
  | (Handed & { readonly method: "token"; readonly token: string })
  /** What an agent writes: read anew when the token is refused, and before it ends. */
  | (Handed & { readonly method: "token-file"; readonly path: string })
  | (Login & {
      readonly method: "approle";
      readonly roleId: Credential;
      readonly secretId?: Credential | undefined;
      /** A wrapping token that holds the secret-id, in place of it; can be unwrapped once. */
      readonly wrappedSecretId?: Credential | undefined;
    })
  | (Login & {
      readonly method: "kubernetes";
      readonly role: string;
      /** Default: the file `/var/run/secrets/kubernetes.io/serviceaccount/token`, read at each login. */
      readonly jwt?: Credential | undefined;
    })
  | (Login & { readonly method: "jwt"; readonly role: string; readonly jwt: Credential })
  | (Login & {
      readonly method: "userpass" | "ldap";
      readonly username: string;
      readonly password: Credential;
    })
  /** By the client certificate of `tls`. */
  | (Login & { readonly method: "cert"; readonly role?: string | undefined })
  /** By the identity that signs AWS requests. */
  | (Login & {
      readonly method: "aws";
      readonly role: string;
      readonly region?: string | undefined;
      /** The header `X-Vault-AWS-IAM-Server-ID`, where the server asks for it. */
      readonly serverId?: string | undefined;
      readonly credentials: () => AwsCredentials | Promise<AwsCredentials>;
    });

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}
