import { runOperation } from './run-operation.js'

const signInDocument = `mutation SignIn($email: EmailAddress!, $password: String!) {
  signIn(input: { email: $email, password: $password }) {
    __typename
    ... on Session { accessToken refreshToken expiresAt }
    ... on Refusal { message }
  }
}`

const refreshDocument = `mutation RefreshSession($refreshToken: String!) {
  refreshSession(input: { refreshToken: $refreshToken }) {
    __typename
    ... on Session { accessToken refreshToken expiresAt }
    ... on Refusal { message }
  }
}`

const storageKey = 'tikitu-session'
/** A token is renewed this long before it ends. */
const marginMs = 30_000

/**
 * Who is signed in on this page. It outlives a reload, and ends with the browser tab.
 * @param {{ endpoint: string, onChange: (state: { email: string | null, problem: string | null }) => void }} options
 */
export function createSession({ endpoint, onChange }) {
  let session = read()
  /** @type {Promise<void> | null} One renewal at a time, for all requests that wait for it. */
  let renewal = null

  const become = (next, problem = null) => {
    session = next
    if (next) sessionStorage.setItem(storageKey, JSON.stringify(next))
    else sessionStorage.removeItem(storageKey)
    onChange({ email: next?.email ?? null, problem })
  }
  const renew = async () => {
    const { email, refreshToken } = session
    const answer = await ask(endpoint, { query: refreshDocument, variables: { refreshToken } })
    // Somebody signed out or in while we asked.
    if (session?.refreshToken !== refreshToken) return
    if (answer.session) become({ ...answer.session, email })
    else if (answer.isRefused) become(null, `the session of ${email} has ended: ${answer.problem}`)
  }

  return {
    email: () => session?.email ?? null,
    /** The access token for the next request, renewed when it is about to end; null for nobody. */
    async token() {
      if (session && Date.parse(session.expiresAt) - Date.now() < marginMs) {
        renewal ??= renew().finally(() => {
          renewal = null
        })
        await renewal
      }
      return session?.accessToken ?? null
    },
    async signIn(email, password) {
      const answer = await ask(endpoint, { query: signInDocument, variables: { email, password } })
      if (answer.session) become({ ...answer.session, email })
      else become(null, answer.problem)
    },
    signOut: () => become(null),
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? 'null')
  } catch {
    return null
  }
}

/** The session that was given, or why there is none; `isRefused` unless the gateway gave no answer. */
async function ask(endpoint, operation) {
  try {
    const { data, errors } = await runOperation(endpoint, null, { operation })
    const answer = data ? Object.values(data)[0] : null
    if (answer?.accessToken) {
      const { accessToken, refreshToken, expiresAt } = answer
      return { session: { accessToken, refreshToken, expiresAt }, problem: null, isRefused: false }
    }
    const problem = answer?.message ?? errors?.[0]?.message ?? 'it was refused'
    return { session: null, problem, isRefused: !!answer }
  } catch {
    return { session: null, problem: 'the gateway does not answer', isRefused: false }
  }
}
