/** What keeps texts by key: `localStorage`, React Native's AsyncStorage, or a wrapper around a keychain. */
export interface SessionStorage {
  getItem(key: string): string | null | Promise<string | null>
  setItem(key: string, value: string): unknown
  removeItem(key: string): unknown
}

/** A session as the platform gives it. */
export interface SessionTokens {
  userId: string
  accessToken: string
  idToken: string
  refreshToken: string
  /** When access and id token end. */
  expiresAt: string
}

/** The session in memory and in its storage. */
export interface SessionStore {
  /** As it is in memory; read from the storage at first. */
  current: () => Promise<SessionTokens | null>
  /** As it is in the storage: another tab may have replaced it. */
  reread: () => Promise<SessionTokens | null>
  write: (tokens: SessionTokens | null) => Promise<void>
  /** When the tokens in memory came, in milliseconds since 1970; 0 when that is not known. */
  receivedAt: () => number
  onChange: (listener: (tokens: SessionTokens | null) => void) => () => void
}

/** Keeps a session. What the storage holds and is no session counts as none. */
export function createSessionStore(storage: SessionStorage | undefined, key: string): SessionStore {
  const listeners = new Set<(tokens: SessionTokens | null) => void>()
  let tokens: SessionTokens | null = null
  let receivedAt = 0
  let writes = 0
  let reading: Promise<unknown> | null = null
  let writing: Promise<unknown> = Promise.resolve()
  /** A storage that is not written yet, or could not be, has an older session than the memory. */
  let isStale = false
  const set = (given: SessionTokens | null): void => {
    if (given?.accessToken === tokens?.accessToken) return
    tokens = given
    for (const listener of listeners) listener(given)
  }
  const reread = async (): Promise<SessionTokens | null> => {
    const before = writes
    const text = isStale ? null : await storage?.getItem(key)
    if (storage && !isStale && writes === before) set(parse(text ?? null))
    return tokens
  }
  const readOnce = (): Promise<unknown> => {
    reading ??= reread()
    return reading
  }
  const save = async (given: SessionTokens | null): Promise<void> => {
    isStale = true
    await (given ? storage?.setItem(key, JSON.stringify(given)) : storage?.removeItem(key))
    isStale = false
  }
  return {
    reread,
    current: async () => {
      await readOnce()
      return tokens
    },
    write: async (given) => {
      await readOnce()
      receivedAt = Date.now()
      writes++
      const kept = given && only(given)
      set(kept)
      writing = writing.catch(() => undefined).then(() => save(kept))
      await writing
    },
    receivedAt: () => receivedAt,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function only({ userId, accessToken, idToken, refreshToken, expiresAt }: SessionTokens): SessionTokens {
  return { userId, accessToken, idToken, refreshToken, expiresAt }
}

function parse(text: string | null): SessionTokens | null {
  try {
    const tokens = JSON.parse(text ?? 'null') as SessionTokens | null
    return typeof tokens?.accessToken === 'string' && typeof tokens.refreshToken === 'string' ? only(tokens) : null
  } catch {
    return null
  }
}
