/** Is who uses the page, as far as the server is asked in their name. */
export interface Session {
  readonly userId: string;
  /** The token to ask with; never one that is known to have run out. */
  token(): Promise<string>;
  /**
   * Another token in the place of one that the server refused. Rejects with `SignedOut` when there
   * is none to be had without the user.
   */
  renew(refused: string): Promise<string>;
}

/** There is no token, and nobody but the user can get one. */
export class SignedOut extends Error {
  constructor() {
    super('signed out');
    this.name = 'SignedOut';
  }
}
