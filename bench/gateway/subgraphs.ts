import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js'
import { graphql, parse } from 'graphql'
import { createReader } from '../read-http.ts'
import { common, resolvers, sdls } from './graph.ts'

/** A running subgraph. */
export interface BenchSubgraph {
  name: string
  sdl: string
  url: string
  /** Requests answered so far. */
  count: () => number
}

/**
 * Starts the subgraphs, on bare sockets. An answer is computed once for each request body, so that little of the machine goes
 * into what is not measured.
 */
export async function startSubgraphs(): Promise<{ subgraphs: BenchSubgraph[]; close: () => void }> {
  const servers: Server[] = []
  const open = new Set<Socket>()
  const subgraphs: BenchSubgraph[] = []
  for (const [name, own] of Object.entries(sdls)) {
    const sdl = common + own
    const { answer, count } = answering(name, sdl)
    const server = createServer({ noDelay: true }, (socket) => {
      open.add(socket)
      const reader = createReader(async ({ body }) => void socket.write(await answer(body)))
      socket.on('data', reader)
      socket.on('error', () => socket.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    servers.push(server)
    subgraphs.push({ name, sdl, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, count })
  }
  const close = (): void => {
    for (const server of servers) server.close()
    for (const socket of open) socket.destroy()
  }
  return { subgraphs, close }
}

function answering(name: string, sdl: string) {
  const schema = buildSubgraphSchema({
    typeDefs: parse(sdl),
    resolvers: resolvers[name] as GraphQLResolverMap<unknown>,
  })
  const answers = new Map<string, Buffer>()
  let requests = 0
  const answer = async (body: string): Promise<Buffer> => {
    requests++
    const known = answers.get(body)
    if (known) return known
    const { query, variables, operationName } = JSON.parse(body)
    const result = await graphql({ schema, source: query, variableValues: variables, operationName })
    const text = JSON.stringify(result)
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`
    const bytes = Buffer.from(head + text)
    answers.set(body, bytes)
    return bytes
  }
  return { answer, count: () => requests }
}
