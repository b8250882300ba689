import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { GatewayRoute } from '../http/router.ts'

/** The OpenAPI document at `/api/openapi.json`. */
export function documentRoute(): GatewayRoute {
  const body = readFileSync(fileURLToPath(import.meta.resolve('@tikitu/schema/openapi.json')))
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  return {
    path: '/api/openapi.json',
    methods: ['GET', 'HEAD'],
    answer: async ({ request, response }) => {
      response.setHeader('etag', tag)
      response.setHeader('cache-control', 'no-cache')
      if (request.headers['if-none-match'] === tag) return void response.writeHead(304).end()
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length })
      response.end(request.method === 'HEAD' ? undefined : body)
    },
  }
}
