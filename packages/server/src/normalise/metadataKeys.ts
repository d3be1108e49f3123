/**
 * How users of the clients spell what no convention names: their own keys, under the client's metadata
 * prefix. First key present wins.
 */
const SESSION_NAMES = ['sessionId', 'session_id', 'session.id', 'threadId', 'thread_id', 'conversationId', 'conversation_id', 'chatId', 'chat_id'];
const USER_NAMES = ['userId', 'user_id', 'user.id', 'enduser.id'];
const ENVIRONMENT_NAMES = ['environment', 'deployment.environment.name', 'deployment.environment', 'env'];
const RELEASE_NAMES = ['release', 'version', 'service.version'];

/** Attribute keys of each field under the given prefixes (`ai.telemetry.metadata.`), in the order in which they are tried. */
export interface MetadataKeys {
  session: readonly string[];
  user: readonly string[];
  environment: readonly string[];
  release: readonly string[];
}

export function metadataKeys(...prefixes: readonly string[]): MetadataKeys {
  const under = (names: readonly string[]) => prefixes.flatMap((prefix) => names.map((name) => prefix + name));
  return { session: under(SESSION_NAMES), user: under(USER_NAMES), environment: under(ENVIRONMENT_NAMES), release: under(RELEASE_NAMES) };
}
