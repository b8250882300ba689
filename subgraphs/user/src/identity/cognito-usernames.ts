import { ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider'
import { callCognito, ignoreUnknownUser, type Pool } from './cognito-pool.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const maxRemembered = 10_000
const maxPages = 10

/**
 * Calls Cognito about an account by its address, user name or `sub`; null when there is no such account. An account of another identity
 * provider is unknown by its `sub`: its user name (`Google_1034…`) is looked up once and remembered, as it never changes.
 */
export async function callOnAccount<T>(
  pool: Pool,
  username: string,
  call: (Username: string) => Promise<T>,
): Promise<T | null> {
  const known = pool.usernames.get(username)
  const answer = await ignoreUnknownUser(call(known ?? username))
  if (answer !== null || known || !uuid.test(username)) return answer
  const found = await findUsername(pool, username)
  if (!found) return null
  if (pool.usernames.size >= maxRemembered) pool.usernames.delete(pool.usernames.keys().next().value ?? '')
  pool.usernames.set(username, found)
  return await ignoreUnknownUser(call(found))
}

/** The user name of a `sub`, or null. A page may be empty and still not be the last one. */
async function findUsername({ client, UserPoolId }: Pool, sub: string): Promise<string | null> {
  let PaginationToken: string | undefined
  for (let page = 1; page <= maxPages; page++) {
    const command = new ListUsersCommand({ UserPoolId, Filter: `sub = "${sub}"`, Limit: 1, PaginationToken })
    const answer = await callCognito(client.send(command))
    const username = answer.Users?.[0]?.Username
    if (username) return username
    if (!answer.PaginationToken) return null
    PaginationToken = answer.PaginationToken
  }
  return null
}
