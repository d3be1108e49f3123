/** What a workspace has encrypted cannot be stored now: to store it as it is would be worse than to refuse it. */
export class ContentLocked extends Error {
  override readonly name = 'ContentLocked';
  constructor() {
    super('the encryption key of this workspace does not open: start with the secret that it was made under, or rotate it');
  }
}
