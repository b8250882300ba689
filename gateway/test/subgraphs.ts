import { randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js'
import { type RequestKey, verifyRequest } from '@tikitu/kit/auth/request-signatures'
import type { Viewer } from '@tikitu/kit/auth/viewer'
import { readBody, sendJson } from '@tikitu/kit/base/http'
import { graphql, parse } from 'graphql'

/** A listening subgraph. */
export interface TestSubgraph {
  name: string
  sdl: string
  url: string
  keys: RequestKey[]
  /** The headers of all requests. */
  seen: IncomingHttpHeaders[]
  close: () => void
}

/** The context of resolvers. */
export interface TestContext {
  viewer: Viewer
}

/** Resolvers by type. `cacheControl` is the header of all responses. */
type Resolvers = { cacheControl?: string; [type: string]: object | string | undefined }

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Starts a subgraph on a free port. It accepts signed requests only, and passes their caller to resolvers. */
export async function startSubgraph(
  name: string,
  sdl: string,
  { cacheControl, ...resolvers }: Resolvers,
): Promise<TestSubgraph> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as GraphQLResolverMap<unknown> })
  const keys = newKeys()
  return await listen({ name, sdl, keys }, async (request, response) => {
    const body = await readBody(request, 1_000_000)
    const parts = { method: 'POST', path: request.url ?? '', headers: request.headers, body }
    const contextValue: TestContext = { viewer: verifyRequest(parts, keys, new Date()) }
    const { query, variables, operationName } = JSON.parse(body.toString())
    if (cacheControl) response.setHeader('cache-control', cacheControl)
    sendJson(
      response,
      200,
      await graphql({ schema, source: query, variableValues: variables, operationName, contextValue }),
    )
  })
}

/** Starts a subgraph whose requests are handled by `answer`. */
export async function startHostile(name: string, sdl: string, answer: Answer): Promise<TestSubgraph> {
  return await listen({ name, sdl, keys: newKeys() }, answer)
}

function newKeys(): RequestKey[] {
  return [{ id: 'test', secret: randomBytes(32) }]
}

async function listen(given: { name: string; sdl: string; keys: RequestKey[] }, answer: Answer): Promise<TestSubgraph> {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    if (request.url === '/health') return sendJson(response, 200, { status: 'ok' })
    seen.push(request.headers)
    Promise.resolve(answer(request, response)).catch((error: unknown) =>
      sendJson(response, 500, { error: String(error) }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { ...given, url, seen, close }
}
