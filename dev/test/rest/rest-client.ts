import createClient, { type Client, type Middleware } from 'openapi-fetch'
import type { paths } from '../../src/generated/rest-api.ts'
import { checkResponse } from './check-response.ts'

/** A client that was generated from the OpenAPI document. */
export type RestClient = Client<paths>

/** Creates a client whose responses all have to match the document. */
export function restClient(baseUrl: string, token?: () => string): RestClient {
  const client = createClient<paths>({ baseUrl })
  const signedIn: Middleware = {
    onRequest: ({ request }) => {
      if (token) request.headers.set('authorization', `Bearer ${token()}`)
    },
    onResponse: async ({ request, response, schemaPath }) => {
      await checkResponse({ method: request.method, path: schemaPath, response: response.clone() })
    },
  }
  client.use(signedIn)
  return client
}

/** The body of a success. @throws the problem otherwise */
export function bodyOf<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (data === undefined) throw new Error(`${response.status} ${response.url}: ${JSON.stringify(error)}`)
  return data
}
