import { createClient } from './client.ts'
import { Refused } from './errors.ts'
import { RefreshSessionDocument, SignInDocument, type SignInInput, SignOutDocument } from './generated/graphql.ts'
import type { ClientOptions, TokenSource } from './options.ts'
import { createSessionStore, type SessionStorage, type SessionTokens } from './session-store.ts'

export type { SessionStorage, SessionTokens }

export interface SessionOptions extends Omit<ClientOptions, 'token' | 'transport' | 'silenceMs' | 'webSocket'> {
  /** Where the session is kept: `localStorage`, AsyncStorage, or anything like them. When absent: in memory, until the app ends. */
  storage?: SessionStorage
  /** The key it is stored by; `tikitu.session` when absent. Two sessions in one storage need two keys. */
  storageKey?: string
  /** How long before its end a token is replaced; 60,000 when absent. */
  refreshBeforeMs?: number
}

/** Somebody's session, kept alive. */
export interface SessionKeeper {
  /** Signs in. @throws {Refused} with the reason; {TikituError} */
  signIn(input: SignInInput): Promise<SessionTokens>
  /** Goes on with tokens that another mutation gave: `changePassword`. */
  use(tokens: SessionTokens): Promise<void>
  /** Forgets the session, then ends it on the platform. @throws {TikituError} when the platform was not told */
  signOut(): Promise<void>
  /** The session as it is kept; null when nobody is signed in. */
  current(): Promise<SessionTokens | null>
  /**
   * For `createClient({ token: session.token })`: the access token, replaced shortly before it ends or when it is refused. However
   * many ask at once, it is replaced once. Null when the session is over.
   */
  token: TokenSource
  /** Called when somebody signs in, tokens are replaced, or the session ends (null). Gives what stops it. */
  onChange(listener: (tokens: SessionTokens | null) => void): () => void
}

/** Keeps the session of one person: signs in, replaces tokens before they end, and remembers them in a storage. */
export function createSession(options: SessionOptions): SessionKeeper {
  const client = createClient({ ...options, token: undefined })
  const store = createSessionStore(options.storage, options.storageKey ?? 'tikitu.session')
  const beforeMs = options.refreshBeforeMs ?? 60_000
  let refreshing: Promise<void> | null = null

  const refresh = async (tokens: SessionTokens): Promise<void> => {
    if ((await store.reread())?.accessToken !== tokens.accessToken) return
    const { refreshSession } = await client.run(RefreshSessionDocument, {
      input: { refreshToken: tokens.refreshToken },
    })
    if ((await store.current())?.accessToken !== tokens.accessToken) return
    // A storage that cannot be written must not keep a request from its token.
    const write = (renewed: SessionTokens | null) => store.write(renewed).catch(() => undefined)
    if (refreshSession.__typename === 'Session') return write(refreshSession)
    if (isOver(refreshSession)) return write(null)
    throw new Refused(refreshSession)
  }

  const token: TokenSource = async (refused) => {
    const tokens = await store.current()
    if (tokens === null) return null
    const isRefused = tokens.accessToken === refused
    if (isRefused || isDue(tokens, store.receivedAt(), beforeMs)) {
      refreshing ??= refresh(tokens).finally(() => {
        refreshing = null
      })
      await refreshing.catch((error: unknown) => {
        if (isRefused || endOf(tokens) <= Date.now()) throw error
      })
    }
    return (await store.current())?.accessToken ?? null
  }

  return {
    token,
    current: store.current,
    use: store.write,
    onChange: store.onChange,
    signIn: async (input) => {
      const tokens = await client.mutate(SignInDocument, { input })
      await store.write(tokens)
      return tokens
    },
    signOut: async () => {
      const tokens = await store.current()
      await store.write(null)
      if (tokens) await client.mutate(SignOutDocument, { input: { refreshToken: tokens.refreshToken } })
    },
  }
}

/** Other refusals, such as too many attempts, leave the session as it is. */
function isOver({ __typename }: { __typename: string }): boolean {
  return __typename === 'SessionEnded' || __typename === 'UserSuspended'
}

/** A clock that is wrong must not replace tokens with every request: what was received just now is good. */
function isDue(tokens: SessionTokens, receivedAt: number, beforeMs: number): boolean {
  const now = Date.now()
  return endOf(tokens) - beforeMs <= now && Math.abs(now - receivedAt) >= beforeMs
}

function endOf({ expiresAt }: SessionTokens): number {
  return Date.parse(expiresAt)
}
