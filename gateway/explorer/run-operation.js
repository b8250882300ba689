/**
 * Sends an operation to the graph as the one who signed in. An Authorization header in the headers pane wins.
 * @param {string} endpoint
 * @param {string | null} accessToken
 * @param {{ operation: object, options?: { headers?: Record<string, string> } }} request
 */
export async function runOperation(endpoint, accessToken, { operation, options }) {
  const stated = Object.keys(options?.headers ?? {}).map((name) => name.toLowerCase())
  const isSignedIn = accessToken !== null && !stated.includes('authorization')
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(isSignedIn ? { authorization: `Bearer ${accessToken}` } : {}),
      ...options?.headers,
    },
    body: JSON.stringify(operation),
  })
  return await response.json()
}
