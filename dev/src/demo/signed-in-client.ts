import { createClient, type TikituClient } from '@tikitu/client'
import { RefreshSessionDocument, SignInDocument } from '@tikitu/client/operations'

/** A client of a signed-in user. */
export interface SignedInClient extends TikituClient {
  email: string
  userId: string
  /** Gets new tokens, with the user's current groups. */
  refresh(): Promise<void>
  /** The groups in the current tokens. */
  groups(): readonly string[]
}

/** A client without a user. */
export function anonymousClient(graphUrl: string): TikituClient {
  return createClient({ url: graphUrl })
}

/** Signs in. @throws {Refused} */
export async function signIn(graphUrl: string, email: string, password: string): Promise<SignedInClient> {
  let session = await anonymousClient(graphUrl).mutate(SignInDocument, { input: { email, password } })
  const client = createClient({ url: graphUrl, token: () => session.accessToken, timeoutMs: 60_000 })
  return {
    ...client,
    email,
    userId: session.userId,
    async refresh() {
      const { refreshToken } = session
      session = await anonymousClient(graphUrl).mutate(RefreshSessionDocument, { input: { refreshToken } })
    },
    groups: () => groupsIn(session.accessToken),
  }
}

/** Not verified: it is the client's own token. */
function groupsIn(token: string): readonly string[] {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return claims['cognito:groups'] ?? []
}
