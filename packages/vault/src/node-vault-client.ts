/**
 * The part of a `node-vault` client that is used. Typed here, so that no vendor's types are in ours.
 */
export interface NodeVaultClient {
  read(path: string, options?: object): Promise<unknown>;
  write(path: string, data: unknown, options?: object): Promise<unknown>;
  update(path: string, data: unknown, options?: object): Promise<unknown>;
  list(path: string, options?: object): Promise<unknown>;
  delete(path: string, options?: object): Promise<unknown>;
  request(options: object): Promise<unknown>;
}
