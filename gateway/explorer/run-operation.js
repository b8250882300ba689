import { getOperationAST, parse } from 'graphql'
import { readAnswers } from './read-answers.js'

/**
 * Sends an operation to the graph as the one who signed in. An Authorization header in the headers pane wins.
 * @param {string} endpoint
 * @param {string | null} accessToken
 * @param {{ operation: { query: string, operationName?: string | null }, options?: { headers?: Record<string, string> } }} request
 * @returns {Promise<object>} the answer, or the answers of a subscription
 */
export async function runOperation(endpoint, accessToken, { operation, options }) {
  const stated = Object.keys(options?.headers ?? {}).map((name) => name.toLowerCase())
  const isSignedIn = accessToken !== null && !stated.includes('authorization')
  const control = new AbortController()
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: isSubscription(operation) ? 'text/event-stream' : 'application/graphql-response+json, application/json',
      ...(isSignedIn ? { authorization: `Bearer ${accessToken}` } : {}),
      ...options?.headers,
    },
    body: JSON.stringify(operation),
    signal: control.signal,
  })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  return isStream && response.body ? endable(readAnswers(response.body), control) : await response.json()
}

/** @param {{ query: string, operationName?: string | null }} operation */
function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription'
  } catch {
    return false
  }
}

/**
 * A generator that waits hears nobody, so whoever ends it closes its connection first.
 * @param {AsyncGenerator<object>} answers
 * @param {AbortController} control
 */
function endable(answers, control) {
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        try {
          return await answers.next()
        } catch (error) {
          if (control.signal.aborted) return { done: true, value: undefined }
          throw error
        }
      },
      return: async () => {
        control.abort()
        return { done: true, value: undefined }
      },
    }),
  }
}
