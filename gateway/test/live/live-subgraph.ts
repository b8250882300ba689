import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js'
import { verifyRequest } from '@tikitu/kit/auth/request-signatures'
import { readBody, sendJson } from '@tikitu/kit/base/http'
import { type ExecutionResult, type GraphQLSchema, graphql, parse, subscribe } from 'graphql'
import type { TestSubgraph } from '../subgraphs.ts'

/** A subgraph that streams subscriptions. */
export interface LiveSubgraph extends TestSubgraph {
  /** The numbers of open streams and of all streams so far. */
  open: () => number
  opened: () => number
  /** The bodies of subscription requests. */
  asked: { query: string; variables?: Record<string, unknown> }[]
  /** Destroys all streams, like a crash. */
  crash: () => void
  /** Ends all streams without `complete`, like a shutdown. */
  restart: () => void
  /** Refuses or accepts connections. */
  setDown: (isDown: boolean) => Promise<void>
}

/** The context of resolvers. */
export interface LiveContext {
  viewer: ReturnType<typeof verifyRequest>
}

/**
 * A subgraph on graphql-js: accepts signed requests only, sends queries as JSON, and subscriptions by the graphql-sse protocol with back
 * pressure.
 */
export async function startLiveSubgraph(name: string, sdl: string, resolvers: object): Promise<LiveSubgraph> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as GraphQLResolverMap<unknown> })
  const keys = [{ id: 'test', secret: randomBytes(32) }]
  const seen: IncomingHttpHeaders[] = []
  const asked: LiveSubgraph['asked'] = []
  const streams = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    seen.push(request.headers)
    answer(request, response).catch((error: unknown) => sendJson(response, 500, { error: String(error) }))
  })
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request, 1_000_000)
    const parts = { method: 'POST', path: request.url ?? '', headers: request.headers, body }
    const contextValue: LiveContext = { viewer: verifyRequest(parts, keys, new Date()) }
    const { query, variables, operationName } = JSON.parse(body.toString())
    if (request.headers.accept !== 'text/event-stream') {
      const source = { schema, source: query, variableValues: variables, operationName, contextValue }
      return sendJson(response, 200, await graphql(source))
    }
    asked.push({ query, variables })
    const events = await begin(schema, { query, variables, operationName, contextValue })
    if (!(Symbol.asyncIterator in events)) return sendJson(response, 200, events)
    streams.add(response)
    await send(response, events).finally(() => streams.delete(response))
  }
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const crash = (): void => server.closeAllConnections()
  return {
    name,
    sdl,
    keys,
    seen,
    asked,
    url: `http://127.0.0.1:${port}`,
    open: () => streams.size,
    opened: () => asked.length,
    crash,
    restart: () => {
      for (const response of streams) response.end()
    },
    setDown: async (isDown) => {
      if (!isDown) return await listen(port)
      server.close()
      crash()
      await once(server, 'close')
    },
    close: () => {
      server.close()
      crash()
    },
  }
}

type Asked = { query: string; variables?: Record<string, unknown>; operationName?: string; contextValue: LiveContext }

async function begin(
  schema: GraphQLSchema,
  { query, variables, operationName, contextValue }: Asked,
): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  return (await subscribe({
    schema,
    document: parse(query),
    variableValues: variables,
    operationName,
    contextValue,
  })) as AsyncGenerator<ExecutionResult> | ExecutionResult
}

/** The next event is created when the socket has taken the previous one. */
async function send(response: ServerResponse, events: AsyncGenerator<ExecutionResult>): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => {
    gone.abort()
    void events.return(undefined)
  })
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).write(':\n\n')
  for await (const event of events) {
    const hasRoom = response.write(`event: next\ndata: ${JSON.stringify(event)}\n\n`)
    if (!hasRoom) await once(response, 'drain', { signal: gone.signal }).catch(() => undefined)
  }
  if (!response.writableEnded) response.end('event: complete\ndata: \n\n')
}
