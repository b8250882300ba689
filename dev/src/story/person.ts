import { createClient, succeed, type TikituClient } from '@tikitu/client'
import { RefreshSessionDocument, SignInDocument } from '@tikitu/client/operations'

/** Somebody signed in, who asks the graph. */
export interface Person extends TikituClient {
  email: string
  userId: string
  /** Gets new tokens: they carry the groups of this moment. */
  refresh(): Promise<void>
  /** The groups in the tokens at hand. */
  groups(): readonly string[]
}

/** Somebody who does not sign in. */
export function anybody(graphUrl: string): TikituClient {
  return createClient({ url: graphUrl })
}

/** Signs in. @throws {Refused} */
export async function signIn(graphUrl: string, email: string, password: string): Promise<Person> {
  const signedIn = await anybody(graphUrl).run(SignInDocument, { input: { email, password } })
  let session = succeed(signedIn.signIn, 'Session')
  const client = createClient({ url: graphUrl, token: () => session.accessToken, timeoutMs: 60_000 })
  return {
    ...client,
    email,
    userId: session.userId,
    async refresh() {
      const { refreshToken } = session
      const refreshed = await anybody(graphUrl).run(RefreshSessionDocument, { input: { refreshToken } })
      session = succeed(refreshed.refreshSession, 'Session')
    },
    groups: () => groupsIn(session.accessToken),
  }
}

/** Read without a check: this is the client's own token, and only tells it what to expect. */
function groupsIn(token: string): readonly string[] {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return claims['cognito:groups'] ?? []
}
